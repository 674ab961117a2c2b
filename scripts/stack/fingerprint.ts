/** One digest over the text of many files, to tell whether something made from them is still current. */
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

async function listFiles(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => undefined)
  if (!entry) return []
  if (!entry.isDirectory()) return [path]
  const entries = await readdir(path, { withFileTypes: true })
  const nested = await Promise.all(entries.map(({ name }) => listFiles(join(path, name))))
  return nested.flat()
}

/** `paths` are files or folders under `root`; missing ones count as empty. Order and machine do not matter. */
export async function fingerprint(
  root: string,
  paths: readonly string[],
  ignores: (path: string) => boolean = () => false,
): Promise<string> {
  const found = await Promise.all(paths.map((path) => listFiles(join(root, path))))
  const names = [...new Set(found.flat().map((path) => relative(root, path).split(sep).join('/')))]
    .filter((name) => !ignores(name))
    .sort()
  const digest = createHash('sha256')
  for (const name of names) {
    const content = await readFile(join(root, name))
    digest.update(`${name}\0${content.length}\0`).update(content)
  }
  return digest.digest('hex')
}
