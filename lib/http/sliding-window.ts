/**
 * Owns counting in the memory of this process: in no window of time, wherever it begins, is more admitted than the
 * limit. What it remembers is bounded; beyond that whoever was away longest is forgotten.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'

export interface Allowance {
  isAdmitted: boolean
  /** Requests that would be admitted now. */
  remaining: number
  /** Until the next one that counts now does not any more. */
  resetSeconds: number
}

export interface SlidingWindowOptions {
  /** Of moments remembered, eight bytes each, over all keys. */
  maxMoments?: number
  /** Must never go back. */
  nowMs?: () => number
}

const DEFAULT_MAX_MOMENTS = 4_194_304
/** What a key costs besides, in moments. */
const KEY_MOMENTS = 32
const FIRST_CAPACITY = 4

/** The moments of what was admitted, oldest first, in a ring that grows to the limit. */
interface Admitted {
  ring: Float64Array
  start: number
  count: number
}

export class SlidingWindow {
  readonly #logs: LRUCache<string, Admitted>
  readonly #nowMs: () => number

  constructor({
    maxMoments = DEFAULT_MAX_MOMENTS,
    nowMs = () => performance.now(),
  }: SlidingWindowOptions = {}) {
    this.#nowMs = nowMs
    this.#logs = new LRUCache<string, Admitted>({
      maxSize: maxMoments,
      sizeCalculation: ({ ring }) => ring.length + KEY_MOMENTS,
    })
  }

  /** What is held, in moments. */
  get size(): number {
    return this.#logs.calculatedSize
  }

  /** Counts one request, if it is admitted. */
  take(key: string, limit: number, windowMs: number): Allowance {
    const now = this.#nowMs()
    let log = this.#current(key, windowMs, now)
    const isAdmitted = log.count < limit
    if (isAdmitted) log = this.#add(key, log, limit, now)
    // In this order, because (x + window) - x is at times a hair more than the window.
    const resetMs = log.count === 0 ? 0 : windowMs - (now - oldest(log))
    const remaining = Math.max(0, limit - log.count)
    return { isAdmitted, remaining, resetSeconds: Math.max(1, Math.ceil(resetMs / 1_000)) }
  }

  /** Counts a request that was admitted elsewhere, under the same limit. */
  note(key: string, limit: number, windowMs: number): void {
    const now = this.#nowMs()
    const log = this.#current(key, windowMs, now)
    if (log.count < limit) this.#add(key, log, limit, now)
  }

  /** How many count now. */
  count(key: string, windowMs: number): number {
    return this.#logs.has(key) ? this.#current(key, windowMs, this.#nowMs()).count : 0
  }

  #current(key: string, windowMs: number, now: number): Admitted {
    const log = this.#logs.get(key) ?? { ring: new Float64Array(0), start: 0, count: 0 }
    while (log.count > 0 && oldest(log) <= now - windowMs) {
      log.start = (log.start + 1) % log.ring.length
      log.count -= 1
    }
    return log
  }

  #add(key: string, known: Admitted, limit: number, now: number): Admitted {
    const isFull = known.count === known.ring.length
    const log = isFull ? grown(known, limit) : known
    if (isFull) this.#logs.set(key, log)
    log.ring[(log.start + log.count) % log.ring.length] = now
    log.count += 1
    return log
  }
}

function oldest({ ring, start }: Admitted): number {
  return ring[start] ?? 0
}

/** Another object, without which the cache would not measure it again. */
function grown(log: Admitted, limit: number): Admitted {
  const capacity = Math.min(limit, Math.max(FIRST_CAPACITY, log.ring.length * 2))
  const ring = new Float64Array(capacity)
  for (let index = 0; index < log.count; index += 1) {
    ring[index] = log.ring[(log.start + index) % log.ring.length] ?? 0
  }
  return { ring, start: 0, count: log.count }
}
