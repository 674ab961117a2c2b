/**
 * Owns what the API answers to an address or method that no route handler has: what Next would answer with a page or
 * with nothing.
 */
import 'server-only'
import { Problem } from '#lib/kernel/problem'
import type { Answer } from './answer.ts'
import type { EndpointSpec } from './endpoint.ts'
import { problemAnswer } from './problem-response.ts'

export interface AskedFor {
  method: string
  pathname: string
  requestId: string
}

/** @param endpoints those of the address, none of which answers the method. */
export function refusalOf(
  { method, pathname, requestId }: AskedFor,
  endpoints: readonly EndpointSpec[],
): Answer {
  if (endpoints.length === 0) {
    return problemAnswer(new Problem('not_found', 'The API has no such address.'), requestId)
  }
  if (!isWellEncoded(pathname)) {
    return problemAnswer(new Problem('bad_request', 'The address is malformed.'), requestId)
  }
  const methods = new Set<string>(endpoints.map((endpoint) => endpoint.method))
  if (methods.has('GET')) methods.add('HEAD')
  const allow = [...methods, 'OPTIONS'].join(', ')
  if (method === 'OPTIONS') return { status: 204, headers: new Headers({ allow }), body: null }
  const detail = `This address takes ${[...methods].join(', ')}.`
  return problemAnswer(new Problem('method_not_allowed', detail, { headers: { allow } }), requestId)
}

/** What answers GET answers HEAD. */
export function answersMethod(endpoint: EndpointSpec, method: string): boolean {
  return endpoint.method === method || (method === 'HEAD' && endpoint.method === 'GET')
}

export function isWellEncoded(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
}
