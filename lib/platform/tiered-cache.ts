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
const MAX_BYTES = 67_108_864
/** What an entry costs beside its JSON. */
const OVERHEAD_BYTES = 512
/** Objects take more memory than their JSON has characters. */
const BYTES_A_CHARACTER = 3

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

interface Load {
  tags: readonly string[]
  value: Promise<unknown>
  /** One of its tags was called back since it began. */
  isOld: boolean
}

export class TieredCache {
  readonly #entries: LRUCache<string, Entry>
  readonly #loads = new Map<string, Load>()
  readonly #nowMs: () => number

  constructor(nowMs: () => number = () => performance.now(), maxBytes = MAX_BYTES) {
    this.#nowMs = nowMs
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: ({ value }, key) =>
        OVERHEAD_BYTES + BYTES_A_CHARACTER * (key.length + (JSON.stringify(value) ?? '').length),
    })
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
    const isAll = tags.includes(ALL_TAGS)
    const isMeant = (of: { tags: readonly string[] }) => isAll || of.tags.some((tag) => tags.includes(tag))
    for (const [key, entry] of this.#entries.entries()) if (isMeant(entry)) this.#entries.delete(key)
    for (const [key, load] of this.#loads) {
      if (!isMeant(load)) continue
      load.isOld = true
      // Whoever asks from here on must not be given what was on its way before.
      this.#loads.delete(key)
    }
  }

  #postpone(entry: Entry, error: unknown): void {
    if (isUnavailable(error)) entry.retryAtMs = this.#nowMs() + RETRY_MS
  }

  #load<T>({ key, tags, load }: TieredRead<T>): Promise<T> {
    const under = this.#loads.get(key)
    if (under) return under.value as Promise<T>
    const askedMs = this.#nowMs()
    const loading: Load = { tags, isOld: false, value: Promise.resolve() }
    const value = load()
      .then(
        (loaded) => {
          if (!loading.isOld)
            this.#entries.set(key, { value: loaded, tags, madeMs: askedMs, retryAtMs: -Infinity })
          return loaded
        },
        (error: unknown) => {
          // It is gone, or hidden by now.
          if (!isUnavailable(error) && !loading.isOld) this.#entries.delete(key)
          throw error
        },
      )
      .finally(() => {
        if (this.#loads.get(key) === loading) this.#loads.delete(key)
      })
    loading.value = value
    this.#loads.set(key, loading)
    return value
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
