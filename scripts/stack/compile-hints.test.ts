import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { hintChunks } from './compile-hints.ts'

const roots: string[] = []

async function buildOf(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'souk-hints-'))
  roots.push(root)
  await mkdir(join(root, '.next', 'static', 'chunks'), { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, '.next', name), text)
  return root
}

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true })
})

it('marks each script of the pages once, and nothing else', async () => {
  const script = 'static/chunks/page.js'
  const styles = 'static/chunks/page.css'
  const root = await buildOf({ [script]: 'show()', [styles]: 'p {}' })
  expect(await hintChunks(root)).toBe(1)
  await hintChunks(root)
  expect(await readFile(join(root, '.next', script), 'utf8')).toBe('//# allFunctionsCalledOnLoad\nshow()')
  expect(await readFile(join(root, '.next', styles), 'utf8')).toBe('p {}')
})

it('fails when a build keeps its scripts elsewhere', async () => {
  await expect(hintChunks(await buildOf({}))).rejects.toThrow('no scripts')
})
