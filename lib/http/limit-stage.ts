/**
 * Owns limits in front of everything else, the shared cache included, and behind that of what it has not answered. What a
 * client is told of its limit goes to that client alone, past what is kept for others.
 */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GoOn, isInner, type Stage } from './front.ts'
import { askerOf } from './inner-request.ts'
import { limitAnswer } from './limit-answer.ts'
import type { Counting, Decision, RateLimiter } from './rate-limiter.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { BASELINE_HEADERS, strictTransportSecurity } from './security-headers.ts'
import { sendAnswer } from './send-answer.ts'

export interface LimitStageDependencies {
  limiter: RateLimiter
  siteUrl: string
  /** A cache stands between this server and its clients, and would give one client's allowance to others. */
  isBehindCache: boolean
  /** `missed` behind our own cache, which asks on behalf of whoever it could not answer. */
  counts: Counting
  onRefusal: (event: { method: string; path: string; status: number; requestId: string }) => void
}

export function createLimitStage(dependencies: LimitStageDependencies): Stage {
  const { limiter, siteUrl, isBehindCache, counts, onRefusal } = dependencies
  const hsts = strictTransportSecurity(siteUrl)

  /** @param asker whose request it is; `response` may be one that the cache waits for. */
  function act(decision: Decision, asker: IncomingMessage, response: ServerResponse, goOn: GoOn): void {
    const { refusal } = decision
    if (refusal === null) {
      if (counts !== 'missed') tell(decision, response)
      if (isBehindCache && isRead(asker)) response.removeHeader('RateLimit')
      goOn()
      return
    }
    tell(decision, response)
    const requestId = requestIdOf(
      new Headers({ [REQUEST_ID_HEADER]: asker.headers[REQUEST_ID_HEADER]?.toString() ?? '' }),
    )
    const { method = 'GET', url = '/' } = asker
    const answer = limitAnswer(refusal, { method, url, headers: headersIn(asker), requestId, siteUrl })
    for (const [name, value] of Object.entries(BASELINE_HEADERS)) answer.headers.set(name, value)
    if (hsts !== null) answer.headers.set('strict-transport-security', hsts)
    onRefusal({ method, path: url.split('?', 1).join(''), status: answer.status, requestId })
    if (method === 'HEAD') answer.body = null
    sendAnswer(response, answer).catch(() => response.destroy())
  }

  return (request, response, goOn) => {
    const asker = isInner(headersIn(request)) ? askerOf(request) : request
    if (asker === null) {
      goOn()
      return
    }
    const { method = 'GET', url = '/', socket } = asker
    const decision = limiter({ method, url, headers: headersIn(asker), peer: socket.remoteAddress, counts })
    if (decision === null) goOn()
    else if (decision instanceof Promise) {
      decision.then(
        (made) => act(made, asker, response, goOn),
        () => goOn(),
      )
    } else act(decision, asker, response, goOn)
  }
}

function headersIn(request: IncomingMessage): Pick<Headers, 'get'> {
  return { get: (name) => request.headers[name]?.toString() ?? null }
}

function tell({ headers }: Decision, response: ServerResponse): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** Only these are kept by caches. */
function isRead({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined
}
