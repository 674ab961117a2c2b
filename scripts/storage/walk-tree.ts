/**
 * Walks a tree of DIR/{namespace}/{name}/{version}/{name}-{version}.yaml, package by package. It lists folders and opens
 * no file; links are told apart and never followed.
 */
import type { Dirent } from 'node:fs'
import { opendir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { checkName } from '../../lib/kernel/handle.ts'
import { compareVersions, parseVersion } from '../../lib/kernel/semver.ts'

/** A manifest where it should be. */
export interface Source {
  handle: string
  version: string
  /** Below DIR. */
  path: string
}

export type Found =
  | ({ kind: 'source' } & Source)
  /** A version's folder without its manifest. */
  | ({ kind: 'missing' } & Source)
  | { kind: 'invalid'; path: string; reason: string }
  /** Something else that lies around; it does no harm. */
  | { kind: 'stray'; path: string }

/** Everything of one package, or what stands outside any. */
export async function* walkTree(dir: string): AsyncGenerator<Found[], void, undefined> {
  for await (const namespace of await opendir(dir)) {
    const outside = misplaced(namespace, namespace.name, 'a namespace')
    if (outside) {
      yield [outside]
      continue
    }
    for await (const name of await opendir(join(dir, namespace.name))) {
      const path = join(namespace.name, name.name)
      const fault = misplaced(name, path, 'a package')
      yield fault ? [fault] : await walkPackage(dir, namespace.name, name.name)
    }
  }
}

/** The highest version first: each of the others then changes nothing that the package says of itself. */
async function walkPackage(dir: string, namespace: string, name: string): Promise<Found[]> {
  const found: Found[] = []
  const versions: Source[] = []
  const folder = join(namespace, name)
  for (const entry of await readdir(join(dir, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    const isVersion = parseVersion(entry.name) !== null
    if (entry.isSymbolicLink()) found.push(link(path))
    else if (!entry.isDirectory()) found.push({ kind: 'stray', path })
    else if (!isVersion)
      found.push({ kind: 'invalid', path, reason: 'the folder is not named after a version' })
    else versions.push({ handle: `${namespace}/${name}`, version: entry.name, path })
  }
  versions.sort((left, right) => compareVersions(right.version, left.version))
  for (const version of versions) found.push(...(await walkVersion(dir, version)))
  return found
}

async function walkVersion(dir: string, { handle, version, path: folder }: Source): Promise<Found[]> {
  const [, name = ''] = handle.split('/')
  const wanted = `${name}-${version}.yaml`
  const found: Found[] = []
  let isThere = false
  for (const entry of await readdir(join(dir, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.name !== wanted) {
      found.push(entry.isSymbolicLink() ? link(path) : { kind: 'stray', path })
      continue
    }
    isThere = true
    if (entry.isSymbolicLink()) found.push(link(path))
    else if (!entry.isFile()) found.push({ kind: 'invalid', path, reason: 'not a regular file' })
    else found.push({ kind: 'source', handle, version, path })
  }
  if (!isThere) found.push({ kind: 'missing', handle, version, path: join(folder, wanted) })
  return found
}

function misplaced(entry: Dirent, path: string, what: string): Found | null {
  if (entry.isSymbolicLink()) return link(path)
  if (!entry.isDirectory()) return { kind: 'stray', path }
  const checked = checkName(entry.name)
  return checked.ok ? null : { kind: 'invalid', path, reason: `cannot be ${what}: ${checked.message}` }
}

function link(path: string): Found {
  return { kind: 'invalid', path, reason: 'a symbolic link, which is not followed' }
}
