/**
 * Owns the shared cache in front of everything, the part that a CDN plays elsewhere: it keeps what the answers' own
 * headers allow and nothing else. What it keeps was asked for by address alone, without anything else of anybody's
 * request, so that no answer made for one person can reach another. It knows no page and no endpoint.
 */
import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { LRUCache } from 'lru-cache'
import { Problem } from '#lib/kernel/problem'
import { chooseEncoding, type Encoding } from '#lib/platform/encoded-body'
import { type EdgeEntry, isPrivate, type Representation, withEncoding } from './edge-entry.ts'
import { EdgeFlights, type Flight, pathOf, TOO_MANY } from './edge-flights.ts'
import { EdgeStore } from './edge-store.ts'
import { isKnown } from './entity-tag.ts'
import type { GoOn, Stage } from './front.ts'
import type { InnerAnswer } from './inner-request.ts'
import { ROUTER_HEADERS } from './page-stage.ts'
import { problemAnswer } from './problem-response.ts'
import { sendAnswer } from './send-answer.ts'
import { hasSession } from './session-cookie-name.ts'
import { noteAskedForAll } from './shared-request.ts'

export interface EdgeDependencies {
  maxBytes: number
  secret: string
  /** Whom inner requests are addressed to, whatever `Host` a client sends. */
  host: string
  /** Addresses that may be asked twice and answered without anything of the request; all others pass untouched. */
  mayKeep: (pathname: string) => boolean
  /** Addresses whose answers are the same with and without a session. */
  isForEverybody: (pathname: string) => boolean
  /** By what the answer of an address will be called back, as far as that is known before it is there. */
  tagsOf: (pathname: string) => readonly string[]
  onPurge: (drop: (tags: readonly string[]) => void) => void
  /** A whole answer was sent to somebody who asked for it: to be counted. */
  onSent: (url: string, headers: IncomingHttpHeaders) => void
  nowMs?: () => number
}

const URL_MAX_LENGTH = 2_048
/** Requests that are about something else than the whole of what everybody may see. */
const PASSING_HEADERS = [
  'authorization',
  'range',
  'if-range',
  'if-match',
  'if-unmodified-since',
  'upgrade',
] as const

type Outcome = 'hit' | 'fwd=stale' | 'hit; detail=stale-while-revalidate' | 'fwd=uri-miss; stored'

export function createEdgeStage(dependencies: EdgeDependencies): Stage {
  const edge = new Edge(dependencies)
  return (request, response, goOn) => edge.answer(request, response, goOn)
}

class Edge {
  readonly #dependencies: EdgeDependencies
  readonly #store: EdgeStore
  readonly #flights: EdgeFlights
  readonly #encodings = new LRUCache<string, readonly Encoding[]>({ max: 200 })
  readonly #encoding = new WeakMap<EdgeEntry, Promise<EdgeEntry>>()
  readonly #idPrefix = randomBytes(6).toString('hex')
  readonly #nowMs: () => number
  #ids = 0

  constructor(dependencies: EdgeDependencies) {
    this.#dependencies = dependencies
    this.#nowMs = dependencies.nowMs ?? (() => performance.now())
    this.#store = new EdgeStore(dependencies.maxBytes)
    this.#flights = new EdgeFlights({
      store: this.#store,
      ...{ secret: dependencies.secret, host: dependencies.host, nowMs: this.#nowMs },
      tagsOf: dependencies.tagsOf,
      requestIdOf: ({ headers }) => this.#id(headers),
    })
    dependencies.onPurge((tags) => this.#store.purge(tags))
  }

  answer(request: IncomingMessage, response: ServerResponse, goOn: GoOn): void {
    const { method, url = '', headers } = request
    if ((method !== 'GET' && method !== 'HEAD') || isPassing(headers)) {
      goOn()
      return
    }
    const entry = this.#store.get(url)
    const isKnownPerson = headers.cookie !== undefined && hasSession(headers.cookie)
    if (entry) {
      if (isKnownPerson && !this.#mayServe(entry, url)) {
        noteAskedForAll(request)
        goOn()
        return
      }
      const nowMs = this.#nowMs()
      if (nowMs < entry.freshUntilMs) {
        this.#send(request, response, entry, 'hit')
        return
      }
      if (nowMs < entry.staleUntilMs) {
        this.#send(request, response, entry, 'hit; detail=stale-while-revalidate')
        if (nowMs >= entry.retryAtMs) this.#flights.fly(request, goOn).catch(() => undefined)
        return
      }
      if (nowMs < entry.errorUntilMs && nowMs < entry.retryAtMs) {
        this.#send(request, response, entry, 'fwd=stale')
        return
      }
    }
    this.#fetch(request, response, goOn, { entry, isKnownPerson })
  }

  #fetch(
    request: IncomingMessage,
    response: ServerResponse,
    goOn: GoOn,
    { entry, isKnownPerson }: { entry: EdgeEntry | undefined; isKnownPerson: boolean },
  ): void {
    const url = request.url ?? ''
    const pathname = pathOf(url)
    const isOurs =
      url.length <= URL_MAX_LENGTH &&
      this.#dependencies.mayKeep(pathname) &&
      !this.#flights.isPassing(pathname) &&
      (!isKnownPerson || this.#dependencies.isForEverybody(pathname))
    if (!isOurs) {
      goOn()
      return
    }
    const isFirst = !this.#flights.isUnderWay(url)
    this.#flights.fly(request, goOn).then(
      (flight) => this.#land(request, response, goOn, { flight, entry, isKnownPerson, isFirst }),
      () => {
        if (entry && this.#nowMs() < entry.errorUntilMs) this.#send(request, response, entry, 'fwd=stale')
        else if (isFirst) goOn()
        else this.#refuse(request, response)
      },
    )
  }

  #land(
    request: IncomingMessage,
    response: ServerResponse,
    goOn: GoOn,
    { flight, entry, isKnownPerson, isFirst }: Landing,
  ): void {
    const { answer, entry: kept, isFailure } = flight
    if (kept && !(isKnownPerson && kept.variesByCookie)) {
      this.#send(request, response, kept, 'fwd=uri-miss; stored')
    } else if (entry && isFailure && this.#nowMs() < entry.errorUntilMs) {
      this.#send(request, response, entry, 'fwd=stale')
    } else if (!isKnownPerson && (isFirst || isRefusalOfAll(answer))) {
      // A refusal is everybody's: were each to ask for their own, a failing origin would be asked by all at once.
      sendUnkept(request, response, answer)
      if (answer.status === 200) this.#count(request, request.url ?? '')
    } else if (isFailure && !isFirst) {
      sendUnkept(request, response, answer)
    } else {
      if (isKnownPerson) noteAskedForAll(request)
      goOn()
    }
  }

  /** No whole answer came; whoever asked first has gone on to ask for themselves. */
  #refuse(request: IncomingMessage, response: ServerResponse): void {
    const problem = new Problem('unavailable', 'No answer came. Try again in a moment.', {
      headers: { 'retry-after': '2' },
    })
    const refusal = problemAnswer(problem, this.#id(request.headers))
    if (request.method === 'HEAD') refusal.body = null
    sendAnswer(response, refusal).catch(() => response.destroy())
  }

  /** With a session only what is the same with and without one. */
  #mayServe(entry: EdgeEntry, url: string): boolean {
    return !entry.variesByCookie && this.#dependencies.isForEverybody(pathOf(url))
  }

  #send(request: IncomingMessage, response: ServerResponse, entry: EdgeEntry, outcome: Outcome): void {
    const { headers, method } = request
    const chosen = this.#chosen(entry, headers['accept-encoding'])
    if (typeof chosen === 'string') {
      void this.#encode(request.url ?? '', entry, chosen).then((encoded) => {
        this.#send(request, response, encoded, outcome)
      })
      return
    }
    const ageSeconds = Math.max(0, Math.floor((this.#nowMs() - entry.bornMs) / 1_000))
    const own = [
      'age',
      String(ageSeconds),
      'cache-status',
      `souk; ${outcome}`,
      'x-request-id',
      this.#id(headers),
    ]
    if (outcome === 'fwd=stale') own.push('warning', '111 souk "Revalidation Failed"')
    if (chosen.etag !== null && entry.status === 200 && isKnown(headers['if-none-match'], chosen.etag)) {
      response.writeHead(304, [...chosen.notModifiedHeaders, ...own])
      response.end()
      return
    }
    response.writeHead(entry.status, [...chosen.headers, ...own])
    if (method === 'HEAD') {
      response.end()
      return
    }
    response.end(chosen.body)
    if (entry.status === 200) this.#count(request, request.url ?? '')
  }

  #count(request: IncomingMessage, url: string): void {
    if (request.method === 'GET') this.#dependencies.onSent(url, request.headers)
  }

  /** What is sent, or the encoding that has to be made for it first. */
  #chosen(
    entry: EdgeEntry,
    accepted: IncomingHttpHeaders['accept-encoding'],
  ): Representation | 'gzip' | 'br' {
    if (accepted === undefined) return entry.identity
    const text = accepted.toString()
    let order = this.#encodings.get(text)
    if (!order) {
      const nothing = Buffer.alloc(0)
      const best = chooseEncoding({ identity: nothing, gzip: nothing, br: nothing }, text)
      const withoutBr = chooseEncoding({ identity: nothing, gzip: nothing }, text)
      order = [best, withoutBr, 'identity']
      this.#encodings.set(text, order)
    }
    for (const encoding of order) {
      if (encoding === 'identity') break
      const made = entry[encoding]
      if (made === undefined) return encoding
      if (made) return made
    }
    return entry.identity
  }

  /** Once for all who want it at the moment; one after the other, so that each adds to what there is. */
  #encode(url: string, entry: EdgeEntry, encoding: 'gzip' | 'br'): Promise<EdgeEntry> {
    const under = this.#encoding.get(entry)
    if (under) return under
    const making = withEncoding(entry, encoding)
      .catch(() => ({ ...entry, [encoding]: null }))
      .then((encoded) => {
        this.#store.replace(url, entry, encoded)
        return encoded
      })
    this.#encoding.set(entry, making)
    return making
  }

  #id(headers: IncomingHttpHeaders): string {
    const given = headers['x-request-id']
    if (typeof given === 'string' && /^[A-Za-z0-9._-]{8,64}$/.test(given)) return given
    return `${this.#idPrefix}-${(this.#ids++).toString(36)}`
  }
}

interface Landing {
  flight: Flight
  entry: EdgeEntry | undefined
  isKnownPerson: boolean
  isFirst: boolean
}

/** Says the same to whoever asks without a session; limits are each client's own. */
function isRefusalOfAll(answer: InnerAnswer): boolean {
  return answer.status >= 400 && answer.status !== TOO_MANY && !isPrivate(answer)
}

function isPassing(headers: IncomingHttpHeaders): boolean {
  for (const name of PASSING_HEADERS) if (headers[name] !== undefined) return true
  for (const name of ROUTER_HEADERS) if (headers[name] !== undefined) return true
  return false
}

/** To the one for whom it was asked. */
function sendUnkept(request: IncomingMessage, response: ServerResponse, answer: InnerAnswer): void {
  const isOfHop = /^(?:connection|keep-alive|transfer-encoding|content-length|cache-tag)$/
  const headers = answer.headers.filter(([name]) => !isOfHop.test(name)).flat()
  response.writeHead(answer.status, [...headers, 'content-length', String(answer.body.length)])
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}
