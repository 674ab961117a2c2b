/**
 * Owns the memory of what was called back lately, so that an answer which began before a purge of one of its tags is told
 * from all others under way. It is bounded: what it has forgotten it takes for purged, so it errs towards asking again.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { ALL_TAGS } from './cache-purge.ts'

const TAGS_MAX = 20_000

export class PurgeLog {
  readonly #lastOf: LRUCache<string, number>
  /** The number of the last purge. */
  #count = 0
  /** Up to this purge every tag counts as called back. */
  #floor = 0

  constructor(tagsMax = TAGS_MAX) {
    this.#lastOf = new LRUCache({
      max: tagsMax,
      dispose: (count, _tag, reason) => {
        if (reason === 'evict') this.#floor = Math.max(this.#floor, count)
      },
    })
  }

  note(tags: readonly string[]): void {
    this.#count += 1
    if (tags.includes(ALL_TAGS)) this.#floor = this.#count
    for (const tag of tags) this.#lastOf.set(tag, this.#count)
  }

  /** What to ask with later. */
  get moment(): number {
    return this.#count
  }

  wasPurgedSince(moment: number, tags: readonly string[]): boolean {
    if (moment === this.#count) return false
    return this.#floor > moment || tags.some((tag) => (this.#lastOf.get(tag) ?? 0) > moment)
  }
}
