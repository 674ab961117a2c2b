/**
 * Owns the shared cache in front of everything, the part that a CDN plays elsewhere: it keeps what the answers' own
 * headers allow and nothing else. What it keeps was asked for by address alone, without anything else of anybody's
 * request, so that no answer made for one person can reach another. It knows no page and no endpoint.
 */
import 'server-only'
import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { LRUCache } from 'lru-cache'
import { chooseEncoding, type Encoding } from '#lib/platform/encoded-body'
import { edgeEntry, type EdgeEntry, type Representation, withEncoding } from './edge-entry.ts'
import { EdgeStore } from './edge-store.ts'
import { type GoOn, INNER_HEADER, type Stage } from './front.ts'
import { askInside, type InnerAnswer, type InnerRequest } from './inner-request.ts'
import { isKnown, ROUTER_HEADERS } from './page-stage.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'
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
  onPurge: (drop: (tags: readonly string[]) => void) => void
  /** A whole answer was sent to somebody who asked for it: to be counted. */
  onSent: (url: string, headers: IncomingHttpHeaders) => void
  nowMs?: () => number
}

const BODY_MAX_BYTES = 8_388_608
const URL_MAX_LENGTH = 2_048
/** How long an address whose answer could not be kept is let pass without being asked for by the edge first. */
const PASS_MS = 10_000
const RETRY_MS = 2_000
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
  readonly #flights = new Map<string, Promise<Flight>>()
  readonly #passing = new LRUCache<string, true>({ max: 10_000, ttl: PASS_MS })
  readonly #encodings = new LRUCache<string, readonly Encoding[]>({ max: 200 })
  readonly #encoding = new WeakMap<EdgeEntry, Promise<EdgeEntry>>()
  readonly #idPrefix = randomBytes(6).toString('hex')
  readonly #nowMs: () => number
  #ids = 0

  constructor(dependencies: EdgeDependencies) {
    this.#dependencies = dependencies
    this.#nowMs = dependencies.nowMs ?? (() => performance.now())
    this.#store = new EdgeStore(dependencies.maxBytes)
    dependencies.onPurge((tags) => {
      this.#store.purge(tags)
      // Whoever asks from here on must not be given what was on its way before.
      this.#flights.clear()
    })
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
        if (nowMs >= entry.retryAtMs) this.#fly(request, goOn).catch(() => undefined)
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
      !this.#passing.has(pathname) &&
      (!isKnownPerson || this.#dependencies.isForEverybody(pathname))
    if (!isOurs) {
      goOn()
      return
    }
    const isFirst = !this.#flights.has(url)
    this.#fly(request, goOn).then(
      (flight) => {
        const kept = flight.entry
        if (kept && !(isKnownPerson && kept.variesByCookie)) {
          this.#send(request, response, kept, 'fwd=uri-miss; stored')
        } else if (entry && flight.isFailure && this.#nowMs() < entry.errorUntilMs) {
          this.#send(request, response, entry, 'fwd=stale')
        } else if (isFirst && !isKnownPerson) {
          sendUnkept(request, response, flight.answer)
          if (flight.answer.status === 200) this.#count(request, url)
        } else {
          if (isKnownPerson) noteAskedForAll(request)
          goOn()
        }
      },
      () => {
        if (entry && this.#nowMs() < entry.errorUntilMs) this.#send(request, response, entry, 'fwd=stale')
        else goOn()
      },
    )
  }

  /** With a session only what is the same with and without one. */
  #mayServe(entry: EdgeEntry, url: string): boolean {
    return !entry.variesByCookie && this.#dependencies.isForEverybody(pathOf(url))
  }

  /** Asks for an address, once for all who want it at the moment. */
  #fly(request: IncomingMessage, goOn: GoOn): Promise<Flight> {
    const url = request.url ?? ''
    const under = this.#flights.get(url)
    if (under) return under
    const flight = this.#ask(request, goOn).finally(() => {
      if (this.#flights.get(url) === flight) this.#flights.delete(url)
    })
    this.#flights.set(url, flight)
    return flight
  }

  async #ask(request: IncomingMessage, goOn: GoOn): Promise<Flight> {
    const url = request.url ?? ''
    const { epoch } = this.#store
    const known = this.#store.get(url)
    try {
      const answer = await askInside(goOn, this.#question(request), BODY_MAX_BYTES)
      const isFailure = answer.status >= 500
      const entry = edgeEntry(url, answer, this.#nowMs())
      if (entry && epoch === this.#store.epoch) this.#store.keep(url, entry)
      else if (isFailure) this.#postpone(known)
      else if (!entry) {
        this.#store.drop(url)
        if (answer.status < 400) this.#passing.set(pathOf(url), true)
      }
      return { answer, entry, isFailure }
    } catch (error) {
      this.#postpone(known)
      throw error
    }
  }

  /** The address, and what limits and logs know a request by; nothing of it stands in an answer that is kept. */
  #question(request: IncomingMessage): InnerRequest {
    const { host, secret } = this.#dependencies
    const headers: Record<string, string> = { host, accept: '*/*', [INNER_HEADER]: secret }
    headers[REQUEST_ID_HEADER] = this.#id(request.headers)
    const via = request.headers['x-forwarded-for']
    if (via !== undefined) headers['x-forwarded-for'] = via.toString()
    return { url: request.url ?? '', headers, address: request.socket.remoteAddress }
  }

  #postpone(entry: EdgeEntry | undefined): void {
    if (entry) entry.retryAtMs = this.#nowMs() + RETRY_MS
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
    const known = headers['if-none-match']
    if (known !== undefined && entry.etag !== null && entry.status === 200 && isKnown(known, entry.etag)) {
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

interface Flight {
  answer: InnerAnswer
  /** What is kept of it, or could be but for a purge meanwhile. */
  entry: EdgeEntry | null
  isFailure: boolean
}

function isPassing(headers: IncomingHttpHeaders): boolean {
  for (const name of PASSING_HEADERS) if (headers[name] !== undefined) return true
  for (const name of ROUTER_HEADERS) if (headers[name] !== undefined) return true
  return false
}

function pathOf(url: string): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}

/** To the one for whom it was asked. */
function sendUnkept(request: IncomingMessage, response: ServerResponse, answer: InnerAnswer): void {
  const isOfHop = /^(?:connection|keep-alive|transfer-encoding|content-length|cache-tag)$/
  const headers = answer.headers.filter(([name]) => !isOfHop.test(name)).flat()
  response.writeHead(answer.status, [...headers, 'content-length', String(answer.body.length)])
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}
