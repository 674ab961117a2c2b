/**
 * Owns answering the API straight from Node's HTTP server, past Next: the gate and the route handlers are the same, what
 * is left out is only what a framework does for pages. What it does not know for certain it lets go on to Next.
 */
import 'server-only'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'
import { answersMethod, refusalOf } from './api-refusal.ts'
import type { Route } from './define-route.ts'
import type { EndpointSpec } from './endpoint.ts'
import { endpointMatcher, paramsOf } from './endpoint-match.ts'
import type { Stage } from './front.ts'
import type { GateSettings } from './gate.ts'
import { asksForCaller, CSP_HEADER, type CookieToSet, handOn } from './hand-on.ts'
import { headersOf, requestOf } from './node-request.ts'
import { problemAnswer, internalProblem } from './problem-response.ts'
import { cacheTags } from './public-pages.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { API_CSP, BASELINE_HEADERS, strictTransportSecurity } from './security-headers.ts'
import { sendAnswer } from './send-answer.ts'
import { setCookieHeader } from './session-cookie.ts'

export interface ApiStageDependencies extends GateSettings {
  endpoints: readonly EndpointSpec[]
  /** Those that are to be answered here, by the very declarations of `endpoints`. */
  routes: readonly Route[]
}

/**
 * Addresses that mean what they say. Whatever would have to be decoded, resolved or cleaned first is Next's to
 * understand, so that there are no two opinions about it.
 */
const PLAIN_ADDRESS = /^(\/api(?:\/[\w~!$&'()*+,:=@-][\w.~!$&'()*+,:=@-]*)+)(?:\?([^#]*))?$/

interface Asked {
  url: string
  pathname: string
  endpoints: readonly EndpointSpec[]
}

function isKeepable({ status, headers }: Answer): boolean {
  return status < 400 && /\bpublic\b/.test(headers.get('cache-control') ?? '')
}

export function createApiStage(dependencies: ApiStageDependencies): Stage {
  const { siteUrl, routes, endpoints: all } = dependencies
  const endpointsAt = endpointMatcher(all)
  const answererOf = new Map(routes.map(({ endpoint, answer }) => [endpoint, answer]))
  const { origin } = new URL(siteUrl)
  const ownHeaders = Object.entries(BASELINE_HEADERS)
  const hsts = strictTransportSecurity(siteUrl)
  if (hsts !== null) ownHeaders.push(['strict-transport-security', hsts])

  async function answer(asked: Asked, incoming: IncomingMessage, outgoing: ServerResponse): Promise<Answer> {
    const { url, pathname, endpoints } = asked
    const method = incoming.method ?? 'GET'
    const headers = headersOf(incoming)
    const requestId = requestIdOf(headers)
    let result: Answer
    let cookies: CookieToSet[] = []
    try {
      const endpoint = endpoints.find((each) => answersMethod(each, method))
      const answerer = endpoint && answererOf.get(endpoint)
      if (answerer) {
        cookies = await handOn(headers, requestId, asksForCaller(endpoints) ? dependencies.renewer : null)
        const request = requestOf(origin + url, headers, incoming, outgoing)
        result = await answerer(request, paramsOf(endpoint, pathname))
      } else {
        result = refusalOf({ method, pathname, requestId }, endpoints)
        const path = endpoints[0]?.path ?? pathname
        dependencies.onRefusal({ method, path, status: result.status, requestId })
      }
    } catch (error) {
      dependencies.onFailure(error, requestId)
      result = problemAnswer(internalProblem(error), requestId)
    }
    for (const [name, value] of ownHeaders) result.headers.set(name, value)
    if (!result.headers.has(CSP_HEADER)) result.headers.set(CSP_HEADER, API_CSP)
    result.headers.set(REQUEST_ID_HEADER, requestId)
    if (isKeepable(result)) result.headers.set('cache-tag', cacheTags(pathname).join(','))
    for (const cookie of cookies) result.headers.append('set-cookie', setCookieHeader(cookie))
    return result
  }

  return (incoming, outgoing, goOn) => {
    const [url, pathname = ''] = PLAIN_ADDRESS.exec(incoming.url ?? '') ?? []
    const endpoints = url === undefined ? [] : endpointsAt(pathname)
    if (url === undefined || !endpoints.some((endpoint) => answererOf.has(endpoint))) {
      goOn()
      return
    }
    answer({ url, pathname, endpoints }, incoming, outgoing)
      .then((result) => sendAnswer(outgoing, result))
      .catch((error: unknown) => {
        dependencies.onFailure(error, 'unsent')
        outgoing.destroy()
      })
  }
}
