/**
 * Tabs that were opened before a deployment still ask for the chunks of their build. The chunks of the last two builds
 * are put beside the new ones; their names hold their content, so that none stands in another's way.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KEPT_BUILDS = 2

/** `next build` empties all of `.next` but its cache. */
const keptIn = (root: string) => join(root, '.next', 'cache', 'souk-previous')
const staticIn = (root: string) => join(root, '.next', 'static')

/** Before a build: puts the present build's own chunks away. */
export async function putChunksAway(root: string): Promise<void> {
  const kept = keptIn(root)
  // What was not put there by its own build need not be kept for another round.
  const own = await readFile(join(kept, 'own.json'), 'utf8').then(
    (text) => new Set(JSON.parse(text) as string[]),
    () => null,
  )
  const present = await listFiles(staticIn(root))
  const leaving = present.filter((path) => own === null || own.has(path))
  if (leaving.length === 0) return
  const place = join(kept, `build-${Date.now()}`)
  const parts = `${place}.part`
  for (const path of leaving) await cp(join(staticIn(root), path), join(parts, path))
  await rename(parts, place)
  const builds = await keptBuilds(root)
  for (const old of builds.slice(0, -KEPT_BUILDS)) await rm(join(kept, old), { recursive: true })
}

/** After a build: puts the chunks of the builds before beside those of this one. */
export async function bringChunksBack(root: string): Promise<void> {
  const kept = keptIn(root)
  await mkdir(kept, { recursive: true })
  await writeFile(join(kept, 'own.json'), JSON.stringify(await listFiles(staticIn(root))))
  for (const build of await keptBuilds(root)) {
    await cp(join(kept, build), staticIn(root), { recursive: true, force: false, errorOnExist: false })
  }
}

async function keptBuilds(root: string): Promise<string[]> {
  const names = await readdir(keptIn(root)).catch(() => [])
  return names.filter((name) => /^build-\d+$/.test(name)).sort()
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
