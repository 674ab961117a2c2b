import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bringChunksBack, putChunksAway } from './kept-chunks.ts'

let root: string
const chunks = () => join(root, '.next', 'static', 'chunks')

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'souk-chunks-'))
})
afterEach(async () => await rm(root, { recursive: true }))

async function build(...names: string[]): Promise<void> {
  await putChunksAway(root)
  await rm(join(root, '.next', 'static'), { recursive: true, force: true })
  for (const name of names) {
    const path = join(chunks(), name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, name)
  }
  await bringChunksBack(root)
}

it('keeps the chunks of the last two builds beside the new ones, and no longer', async () => {
  const served = async () => (await readdir(chunks())).sort()
  await build('a.js', 'shared.js')
  await build('b.js', 'shared.js')
  expect(await served()).toEqual(['a.js', 'b.js', 'shared.js'])
  await build('c.js')
  expect(await served()).toEqual(['a.js', 'b.js', 'c.js', 'shared.js'])
  await build('d.js')
  expect(await served()).toEqual(['b.js', 'c.js', 'd.js', 'shared.js'])
})
