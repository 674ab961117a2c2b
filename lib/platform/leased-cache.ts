/**
 * Owns an in-process cache whose entries are leased: each is served for a moment, then whoever is the authority is asked
 * whether it still holds. While the authority cannot be reached, what is here goes on being served. It knows no feature.
 */
import 'server-only'
import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'

export interface LeaseOptions<Value> {
  /** The least recently used entries go when all together are larger. */
  maxBytes: number
  sizeOf: (value: Value) => number
  /** Served without a question; afterwards the question is asked while the entry is still served. */
  freshMs: number
  /** From here on the answer is waited for: nothing is served later than this after it stopped to hold. */
  leaseMs: number
  /** How long an answer is waited for before the authority counts as out of reach. */
  patienceMs: number
  /** Whether a failure means that the authority is out of reach, rather than that something is wrong here. */
  isUnreachable: (error: unknown) => boolean
  nowMs?: () => number
}

export interface Source<Value> {
  /** The value, or null when there is none to keep. */
  load: () => Promise<Value | null>
  /** Whether the value still holds. */
  renew: (value: Value) => Promise<boolean>
}

interface Entry<Value> {
  value: Value
  checkedAtMs: number
}

type Renewal = 'kept' | 'dropped' | 'unreachable'

export class LeasedCache<Value> {
  readonly #options: LeaseOptions<Value>
  readonly #entries: LRUCache<string, Entry<Value>>
  readonly #loads = new Map<string, Promise<Value | null>>()
  readonly #renewals = new Map<string, Promise<Renewal>>()
  readonly #nowMs: () => number
  /** Raised by whatever is forgotten: what was asked before must not be kept after. */
  #epoch = 0
  /** The authority did not answer when it was last asked. */
  #isDown = false
  #nextTryMs = -Infinity

  constructor(options: LeaseOptions<Value>) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
    this.#entries = new LRUCache({
      maxSize: options.maxBytes,
      sizeCalculation: ({ value }) => Math.max(1, options.sizeOf(value)),
    })
  }

  /** @throws what `load` throws; a failed renewal throws unless the authority is merely out of reach. */
  async read(key: string, source: Source<Value>): Promise<Value | null> {
    const entry = this.#entries.get(key)
    if (!entry) return await this.#load(key, source)
    const ageMs = this.#nowMs() - entry.checkedAtMs
    if (ageMs < this.#options.freshMs || (this.#isDown && this.#nowMs() < this.#nextTryMs)) return entry.value
    const renewal = this.#renew(key, entry, source)
    if (ageMs < this.#options.leaseMs || this.#isDown) {
      // Nobody waits for it: a failure shows itself to the next one who does.
      renewal.catch(() => undefined)
      return entry.value
    }
    return (await this.#patiently(renewal)) === 'dropped' ? await this.#load(key, source) : entry.value
  }

  /** Forgets every key that begins so, now and for what is being asked at this moment. */
  forget(prefix: string): void {
    this.#epoch += 1
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
    for (const pending of [this.#loads, this.#renewals]) {
      for (const key of pending.keys()) if (key.startsWith(prefix)) pending.delete(key)
    }
  }

  get sizeBytes(): number {
    return this.#entries.calculatedSize
  }

  #load(key: string, source: Source<Value>): Promise<Value | null> {
    const epoch = this.#epoch
    return single(this.#loads, key, async () => {
      const askedAtMs = this.#nowMs()
      const value = await source.load()
      this.#isDown = false
      if (value !== null && epoch === this.#epoch) {
        this.#entries.set(key, { value, checkedAtMs: askedAtMs })
      }
      return value
    })
  }

  #renew(key: string, entry: Entry<Value>, source: Source<Value>): Promise<Renewal> {
    return single(this.#renewals, key, async () => {
      const askedAtMs = this.#nowMs()
      try {
        const holds = await source.renew(entry.value)
        this.#isDown = false
        if (holds) {
          entry.checkedAtMs = askedAtMs
          return 'kept'
        }
        if (this.#entries.peek(key) === entry) this.#entries.delete(key)
        return 'dropped'
      } catch (error) {
        if (!this.#options.isUnreachable(error)) throw error
        return this.#giveUp()
      }
    })
  }

  async #patiently(renewal: Promise<Renewal>): Promise<Renewal> {
    const stop = new AbortController()
    const outOfPatience = delay(this.#options.patienceMs, null, { signal: stop.signal, ref: false })
      .then(() => this.#giveUp())
      // Stopped, because the answer came.
      .catch(() => 'kept' as const)
    try {
      return await Promise.race([renewal, outOfPatience])
    } finally {
      stop.abort()
    }
  }

  /** From here on nobody waits, and one asks every lease: what is down must not slow down what does without it. */
  #giveUp(): Renewal {
    this.#isDown = true
    this.#nextTryMs = this.#nowMs() + this.#options.leaseMs
    return 'unreachable'
  }
}

/** Joins those who ask for the same at the same time. */
function single<T>(pending: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = pending.get(key)
  if (known) return known
  const asked = ask().finally(() => {
    if (pending.get(key) === asked) pending.delete(key)
  })
  pending.set(key, asked)
  return asked
}
