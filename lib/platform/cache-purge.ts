/**
 * Owns calling back what caches of this process keep, by tag. Verbs say what changed once it is committed; caches say what
 * they drop. What other processes keep they hear of through whoever passes it on, and else when it has grown old.
 */
import 'server-only'
import { processWide } from './process-wide.ts'

type Listener = (tags: readonly string[]) => void

interface Purging {
  caches: Set<Listener>
  /** Other processes. */
  announce: Listener | null
}

const purging = () => processWide<Purging>('cache-purging', () => ({ caches: new Set(), announce: null }))

/** Everything there is. */
export const ALL_TAGS = '*'

/** Drops what carries one of the tags, here at once and elsewhere soon. */
export function purge(tags: readonly string[]): void {
  purgeHere(tags)
  purging().announce?.(tags)
}

/** What another process has dropped. */
export function purgeHere(tags: readonly string[]): void {
  for (const drop of purging().caches) drop(tags)
}

export function onPurge(drop: Listener): void {
  purging().caches.add(drop)
}

export function announcePurges(announce: Listener): void {
  purging().announce = announce
}
