/**
 * Owns who counts: this process alone, or all of them in one Redis. While that is slow or gone each decides for itself
 * at its share of the limit, within a quarter of a second, and by itself goes back to the shared count.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import type { RateLimit } from './rate-limits.ts'
import type { SharedWindow } from './shared-window.ts'
import { SlidingWindow, type Allowance } from './sliding-window.ts'

export interface Taking {
  limit: number
  windowMs: number
  whenStoreIsDown: RateLimit['whenStoreIsDown']
}

export interface LimitWindow {
  take: (key: string, taking: Taking) => Allowance | Promise<Allowance>
}

export function countHere(window = new SlidingWindow()): LimitWindow {
  return { take: (key, { limit, windowMs }) => window.take(key, limit, windowMs) }
}

/** What Redis may take to answer, so that a decision is there in time on a busy machine too. */
export const STORE_DEADLINE_MS = 150
/** One late answer is an accident. */
const FAILURES_MAX = 3
const ATTEND_EVERY_MS = 5_000
const PROBE_EVERY_MS = 500
/** After so many probes without an answer nothing more is expected of the connection. */
const PROBES_PER_CONNECTION = 4
/** Longer than any pause between two signs of life. */
const ATTENDED_MS = 15_000

export interface StoreState {
  state: 'up' | 'down'
  latencyMs: number | null
  /** That counted in the store when it last answered, at least as many as configured. */
  instances: number
}

export interface SharedLimitsOptions {
  store: Pick<SharedWindow, 'take' | 'attend'>
  reconnect: () => void
  /** At least so many processes share the limits. */
  instances: number
  onChange: (state: StoreState) => void
  windows?: { own: SlidingWindow; outage: SlidingWindow }
}

export class SharedLimits implements LimitWindow {
  readonly #options: SharedLimitsOptions
  readonly #self = randomUUID()
  /** All that this process admitted: where Redis is suddenly gone the share may be used up already. */
  readonly #own: SlidingWindow
  /** What it admitted while Redis was gone, and so does not know of. */
  readonly #outage: SlidingWindow
  #state: StoreState
  #isStopped = false
  #failures = 0
  #probes = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: SharedLimitsOptions) {
    this.#options = options
    this.#own = options.windows?.own ?? new SlidingWindow()
    this.#outage = options.windows?.outage ?? new SlidingWindow()
    this.#state = { state: 'down', latencyMs: null, instances: options.instances }
  }

  get state(): StoreState {
    return this.#state
  }

  /** Resolves once it is known whether Redis is there. */
  async start(): Promise<void> {
    await this.#attend()
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  async take(key: string, taking: Taking): Promise<Allowance> {
    const { limit, windowMs } = taking
    if (this.#state.state === 'down') return this.#takeAlone(key, taking)
    // The others are taken to have admitted as much meanwhile as this one.
    const debt = this.#outage.count(key, windowMs) * this.#state.instances
    try {
      const allowance = await within(STORE_DEADLINE_MS, this.#options.store.take(key, limit, windowMs, debt))
      this.#failures = 0
      if (allowance.isAdmitted) this.#own.note(key, limit, windowMs)
      return allowance
    } catch {
      this.#fail()
      return this.#takeAlone(key, taking)
    }
  }

  #takeAlone(key: string, { limit, windowMs, whenStoreIsDown }: Taking): Allowance {
    const share = Math.max(1, Math.floor((limit * SHARES[whenStoreIsDown]) / this.#state.instances))
    const allowance = this.#own.take(key, share, windowMs)
    if (allowance.isAdmitted) this.#outage.note(key, limit, windowMs)
    return allowance
  }

  #fail(): void {
    this.#failures += 1
    if (this.#failures >= FAILURES_MAX && this.#state.state === 'up') this.#turn('down', null)
  }

  #turn(state: StoreState['state'], latencyMs: number | null, instances = this.#state.instances): void {
    const isChange = state !== this.#state.state
    this.#state = { state, latencyMs, instances }
    if (!isChange) return
    this.#failures = 0
    this.#probes = 0
    this.#schedule()
    this.#options.onChange(this.#state)
  }

  #schedule(): void {
    clearTimeout(this.#timer)
    if (this.#isStopped) return
    const isWell = this.#state.state === 'up' && this.#failures === 0
    const everyMs = isWell ? ATTEND_EVERY_MS : PROBE_EVERY_MS
    this.#timer = setTimeout(() => void this.#attend(), everyMs).unref()
  }

  async #attend(): Promise<void> {
    const startedAt = performance.now()
    try {
      const attending = this.#options.store.attend(this.#self, ATTENDED_MS)
      const found = await within(STORE_DEADLINE_MS, attending)
      const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
      this.#failures = 0
      this.#turn('up', latencyMs, Math.max(found, this.#options.instances))
    } catch {
      this.#fail()
      this.#probes += 1
      if (this.#probes % PROBES_PER_CONNECTION === 0) this.#options.reconnect()
    }
    this.#schedule()
  }
}

const SHARES: Record<RateLimit['whenStoreIsDown'], number> = { share: 1, 'half-share': 0.5 }

async function within<T>(deadlineMs: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const overtime = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs)
  })
  try {
    return await Promise.race([answer, overtime])
  } finally {
    clearTimeout(timer)
  }
}
