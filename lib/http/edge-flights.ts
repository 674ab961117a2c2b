/**
 * Owns asking the origin on behalf of the edge: once for all who want an address at the moment, by the address alone, and
 * keeping what may be kept of the answer unless it was called back meanwhile. It decides nothing about who gets what.
 */
import 'server-only'
import type { IncomingMessage } from 'node:http'
import { LRUCache } from 'lru-cache'
import { edgeEntry, type EdgeEntry } from './edge-entry.ts'
import type { EdgeStore } from './edge-store.ts'
import { type GoOn, INNER_HEADER } from './front.ts'
import { askInside, type InnerAnswer, type InnerRequest, TooLong } from './inner-request.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'

export interface EdgeFlightsDependencies {
  store: EdgeStore
  secret: string
  host: string
  /** By what the answer of an address will be called back, as far as that is known before it is there. */
  tagsOf: (pathname: string) => readonly string[]
  requestIdOf: (request: IncomingMessage) => string
  nowMs: () => number
}

export interface Flight {
  answer: InnerAnswer
  /** What is kept of it, or could be but for a purge meanwhile. */
  entry: EdgeEntry | null
  isFailure: boolean
}

interface Flying {
  /** By the count of purges. */
  begunAt: number
  landing: Promise<Flight>
}

/** Said to one client, not of the address. */
export const TOO_MANY = 429
const BODY_MAX_BYTES = 8_388_608
/** How long an address whose answer could not be kept is let pass without being asked for by the edge first. */
const PASS_MS = 10_000
const RETRY_MS = 2_000

export class EdgeFlights {
  readonly #dependencies: EdgeFlightsDependencies
  readonly #flights = new Map<string, Flying>()
  readonly #passing = new LRUCache<string, true>({ max: 10_000, ttl: PASS_MS })

  constructor(dependencies: EdgeFlightsDependencies) {
    this.#dependencies = dependencies
  }

  isUnderWay(url: string): boolean {
    return this.#flights.has(url)
  }

  /** Whether answers of this path were found not to be kept. */
  isPassing(pathname: string): boolean {
    return this.#passing.has(pathname)
  }

  /**
   * Asks for an address, or waits for whoever asks for it already. Nobody is given what began before a purge of one of its
   * tags that was over when they came.
   * @throws Error when no whole answer comes
   */
  fly(
    request: IncomingMessage,
    goOn: GoOn,
    cameAt = this.#dependencies.store.purges.moment,
  ): Promise<Flight> {
    const { store, tagsOf } = this.#dependencies
    const { purges } = store
    const url = request.url ?? ''
    const under = this.#flights.get(url)
    if (!under) return this.#takeOff(url, request, goOn)
    if (under.begunAt >= cameAt) return under.landing
    if (purges.wasPurgedSince(under.begunAt, tagsOf(pathOf(url)))) return this.#takeOff(url, request, goOn)
    return under.landing.then((flight) => {
      // Of what is not kept nobody knows the tags.
      const isOld = !flight.entry || purges.wasPurgedSince(under.begunAt, flight.entry.tags)
      return isOld ? this.fly(request, goOn, cameAt) : flight
    })
  }

  #takeOff(url: string, request: IncomingMessage, goOn: GoOn): Promise<Flight> {
    const begunAt = this.#dependencies.store.purges.moment
    const landing = this.#ask(url, request, goOn).finally(() => {
      if (this.#flights.get(url)?.landing === landing) this.#flights.delete(url)
    })
    this.#flights.set(url, { begunAt, landing })
    return landing
  }

  async #ask(url: string, request: IncomingMessage, goOn: GoOn): Promise<Flight> {
    const { store, nowMs } = this.#dependencies
    const begunAt = store.purges.moment
    const known = store.get(url)
    try {
      // What is only asked anew is nobody's in particular.
      const asker = known === undefined ? request : null
      const answer = await askInside(goOn, this.#question(request), { maxBytes: BODY_MAX_BYTES, asker })
      const isFailure = answer.status >= 500
      const entry = edgeEntry(url, answer, nowMs())
      if (entry) {
        if (!store.purges.wasPurgedSince(begunAt, entry.tags)) store.keep(url, entry)
      } else if (isFailure || answer.status === TOO_MANY) this.#postpone(known)
      else {
        store.drop(url)
        if (answer.status < 400) this.#passing.set(pathOf(url), true)
      }
      return { answer, entry, isFailure }
    } catch (error) {
      if (error instanceof TooLong) this.#passing.set(pathOf(url), true)
      this.#postpone(known)
      throw error
    }
  }

  /** The address, and what logs know a request by; nothing of it stands in an answer that is kept. */
  #question(request: IncomingMessage): InnerRequest {
    const { host, secret, requestIdOf } = this.#dependencies
    const headers: Record<string, string> = { host, accept: '*/*', [INNER_HEADER]: secret }
    headers[REQUEST_ID_HEADER] = requestIdOf(request)
    return { url: request.url ?? '', headers }
  }

  #postpone(entry: EdgeEntry | undefined): void {
    if (entry) entry.retryAtMs = this.#dependencies.nowMs() + RETRY_MS
  }
}

export function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
