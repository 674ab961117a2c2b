import 'server-only'
import { artefactStore } from '#lib/platform/artefact-store'
import type { ArtefactStoreName } from '#lib/platform/artefact-store-port'
import { log } from '#lib/platform/log'
import { doomArtefacts, forgetArtefact } from './data.ts'

const BATCH = 100

/**
 * Removes uploads that broke off or that no version took over within a day, and stored bytes that nobody refers to.
 * Safe to run anywhere, any number of times and side by side. Answers how many were removed.
 */
export async function collectArtefacts(): Promise<number> {
  let removed = 0
  const failed = new Set<string>()
  for (;;) {
    const doomed = (await doomArtefacts(BATCH)).filter(({ key }) => !failed.has(key))
    if (doomed.length === 0) return removed
    for (const artefact of doomed) {
      if (await discardArtefact(artefact)) removed += 1
      else failed.add(artefact.key)
    }
  }
}

/** Takes the bytes out of their store and then out of memory of the database. False when that must wait. */
export async function discardArtefact({
  key,
  store,
}: {
  key: string
  store: ArtefactStoreName
}): Promise<boolean> {
  try {
    await artefactStore(store).remove(key)
    await forgetArtefact(key)
    return true
  } catch (error) {
    log.warn({ err: error, key, store }, 'stored bytes could not be removed; tried again later')
    return false
  }
}
