import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { hintChunks } from './compile-hints.ts'

const roots: string[] = []

async function buildOf(manifest: unknown, files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'souk-hints-'))
  roots.push(root)
  await mkdir(join(root, '.next', 'static', 'chunks'), { recursive: true })
  await writeFile(join(root, '.next', 'build-manifest.json'), JSON.stringify(manifest))
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, '.next', name), text)
  return root
}

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true })
})

it('marks what every page runs, once, and leaves the rest alone', async () => {
  const main = 'static/chunks/main.js'
  const page = 'static/chunks/page.js'
  const root = await buildOf({ rootMainFiles: [main] }, { [main]: 'run()', [page]: 'show()' })
  expect(await hintChunks(root)).toEqual([main])
  await hintChunks(root)
  expect(await readFile(join(root, '.next', main), 'utf8')).toBe('//# allFunctionsCalledOnLoad\nrun()')
  expect(await readFile(join(root, '.next', page), 'utf8')).toBe('show()')
})

it('fails when a build no longer says what every page runs', async () => {
  await expect(hintChunks(await buildOf({ rootMainFiles: [] }, {}))).rejects.toThrow('rootMainFiles')
})
