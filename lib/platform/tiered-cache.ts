/**
 * Owns the process cache of public reads: fresh for the time of its tier, then served stale while one request asks anew,
 * and for a day while the database cannot be reached. What is called back by tag is gone at once. It knows no feature, and
 * nothing that depends on who asks belongs in it.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { Problem } from '#lib/kernel/problem'
import { ALL_TAGS, onPurge } from './cache-purge.ts'
import { processWide } from './process-wide.ts'

/** In seconds. */
const TIERS = { hot: 60, featured: 120, categories: 300 } as const
const STALE_FACTOR = 5
const ERROR_MS = 24 * 60 * 60_000
/** After a failure nobody asks again, and nobody waits, for so long. */
const RETRY_MS = 1_000
const ENTRIES_MAX = 2_000

export interface TieredRead<T> {
  key: string
  tier: keyof typeof TIERS
  tags: readonly string[]
  load: () => Promise<T>
}

interface Entry {
  value: unknown
  tags: readonly string[]
  madeMs: number
  retryAtMs: number
}

export class TieredCache {
  readonly #entries = new LRUCache<string, Entry>({ max: ENTRIES_MAX })
  readonly #loads = new Map<string, Promise<unknown>>()
  readonly #nowMs: () => number
  #epoch = 0

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  /** @throws what `load` throws when there is nothing to serve instead. */
  async read<T>(read: TieredRead<T>): Promise<T> {
    const entry = this.#entries.get(read.key)
    if (!entry) return await this.#load(read)
    const nowMs = this.#nowMs()
    const ageMs = nowMs - entry.madeMs
    const freshMs = TIERS[read.tier] * 1_000
    if (ageMs < freshMs || nowMs < entry.retryAtMs) return entry.value as T
    const load = this.#load(read)
    if (ageMs < freshMs * (1 + STALE_FACTOR)) {
      load.catch((error: unknown) => this.#postpone(entry, error))
      return entry.value as T
    }
    return await load.catch((error: unknown) => {
      if (!isUnavailable(error) || ageMs > ERROR_MS) throw error
      this.#postpone(entry, error)
      return entry.value as T
    })
  }

  purge(tags: readonly string[]): void {
    this.#epoch += 1
    this.#loads.clear()
    const isAll = tags.includes(ALL_TAGS)
    for (const [key, entry] of this.#entries.entries()) {
      if (isAll || entry.tags.some((tag) => tags.includes(tag))) this.#entries.delete(key)
    }
  }

  #postpone(entry: Entry, error: unknown): void {
    if (isUnavailable(error)) entry.retryAtMs = this.#nowMs() + RETRY_MS
  }

  #load<T>({ key, tags, load }: TieredRead<T>): Promise<T> {
    const under = this.#loads.get(key)
    if (under) return under as Promise<T>
    const epoch = this.#epoch
    const askedMs = this.#nowMs()
    const loading = load()
      .then(
        (value) => {
          if (epoch === this.#epoch)
            this.#entries.set(key, { value, tags, madeMs: askedMs, retryAtMs: -Infinity })
          return value
        },
        (error: unknown) => {
          // It is gone, or hidden by now.
          if (!isUnavailable(error) && epoch === this.#epoch) this.#entries.delete(key)
          throw error
        },
      )
      .finally(() => {
        if (this.#loads.get(key) === loading) this.#loads.delete(key)
      })
    this.#loads.set(key, loading)
    return loading
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'unavailable'
}

/** The one of this process. */
export function tieredCache(): TieredCache {
  return processWide('tiered-cache', () => {
    const cache = new TieredCache()
    onPurge((tags) => cache.purge(tags))
    return cache
  })
}
