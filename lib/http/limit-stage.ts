/**
 * Owns limits in front of everything else, the shared cache included: what a client is told of its limit goes to that
 * client alone, past what is kept for others.
 */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { GoOn, Stage } from './front.ts'
import { limitAnswer } from './limit-answer.ts'
import type { Decision, RateLimiter } from './rate-limiter.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { BASELINE_HEADERS, strictTransportSecurity } from './security-headers.ts'
import { sendAnswer } from './send-answer.ts'

export interface LimitStageDependencies {
  limiter: RateLimiter
  siteUrl: string
  /** A cache stands between this server and its clients, and would give one client's allowance to others. */
  isBehindCache: boolean
  onRefusal: (event: { method: string; path: string; status: number; requestId: string }) => void
}

export function createLimitStage(dependencies: LimitStageDependencies): Stage {
  const { limiter, siteUrl, isBehindCache, onRefusal } = dependencies
  const hsts = strictTransportSecurity(siteUrl)

  function act(decision: Decision, request: IncomingMessage, response: ServerResponse, goOn: GoOn): void {
    const { refusal } = decision
    for (const [name, value] of Object.entries(decision.headers)) response.setHeader(name, value)
    if (refusal === null) {
      if (isBehindCache && isRead(request)) response.removeHeader('RateLimit')
      goOn()
      return
    }
    const requestId = requestIdOf(
      new Headers({ [REQUEST_ID_HEADER]: request.headers[REQUEST_ID_HEADER]?.toString() ?? '' }),
    )
    const { method = 'GET', url = '/' } = request
    const headers = { get: (name: string) => request.headers[name]?.toString() ?? null }
    const answer = limitAnswer(refusal, { method, url, headers, requestId, siteUrl })
    for (const [name, value] of Object.entries(BASELINE_HEADERS)) answer.headers.set(name, value)
    if (hsts !== null) answer.headers.set('strict-transport-security', hsts)
    onRefusal({ method, path: url.split('?', 1).join(''), status: answer.status, requestId })
    if (method === 'HEAD') answer.body = null
    sendAnswer(response, answer).catch(() => response.destroy())
  }

  return (request, response, goOn) => {
    const headers = { get: (name: string) => request.headers[name]?.toString() ?? null }
    const { method = 'GET', url = '/', socket } = request
    const decision = limiter({ method, url, headers, peer: socket.remoteAddress })
    if (decision === null) goOn()
    else if (decision instanceof Promise) {
      decision.then(
        (made) => act(made, request, response, goOn),
        () => goOn(),
      )
    } else act(decision, request, response, goOn)
  }
}

/** Only these are kept by caches. */
function isRead({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.authorization === undefined
}
