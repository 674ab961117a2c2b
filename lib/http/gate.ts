/**
 * Owns what happens to every request before a page or route handler sees it: request id, addresses and methods of the
 * API that do not exist, renewal of the session, security headers. No database, and no network while a session is
 * fresh. It authorises nothing.
 */
import 'server-only'
import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { Problem } from '#lib/kernel/problem'
import type { Answer } from './answer.ts'
import { answersMethod, isWellEncoded, refusalOf } from './api-refusal.ts'
import { cacheControl } from './cache-policy.ts'
import type { EndpointMatcher } from './endpoint-match.ts'
import { isInner } from './front.ts'
import { asksForCaller, CSP_HEADER, handOn, NONCE_HEADER } from './hand-on.ts'
import { limitAnswer } from './limit-answer.ts'
import { peerAddress } from './page-status.ts'
import type { PrerenderedPages } from './prerendered-pages.ts'
import { pagePolicy } from './public-pages.ts'
import { internalProblem, problemAnswer } from './problem-response.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { assertSameOrigin } from './same-origin.ts'
import { API_CSP, pageCsp, strictTransportSecurity } from './security-headers.ts'
import type { SessionRenewer } from './session-renewal.ts'

/** What every gate needs, whoever serves HTTP. */
export interface GateSettings {
  renewer: SessionRenewer
  cookieOptions: {
    path?: string
    httpOnly?: boolean
    secure?: boolean
    sameSite?: boolean | 'lax' | 'strict' | 'none'
  }
  siteUrl: string
  isDevelopment: boolean
  onFailure: (error: unknown, requestId: string) => void
  /** A request that no route handler gets to see, and so does not log. */
  onRefusal: (event: { method: string; path: string; status: number; requestId: string }) => void
}

export interface GateDependencies extends GateSettings {
  endpointsAt: EndpointMatcher
  pages: PrerenderedPages
  /** `null` where nobody is limited, or somebody in front has already counted. */
  limiter: RateLimiter | null
}

export type Gate = (request: NextRequest) => Promise<NextResponse>

export function createGate(dependencies: GateDependencies): Gate {
  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const { pathname } = request.nextUrl
    let response: NextResponse
    const told: Record<string, string> = {}
    try {
      await assertWithinLimit(request, dependencies.limiter, told)
      const isApi = pathname === '/api' || pathname.startsWith('/api/')
      response = isApi
        ? await passApi(request, requestId, dependencies)
        : await passPage(request, requestId, dependencies)
    } catch (error) {
      if (!(error instanceof Problem)) dependencies.onFailure(error, requestId)
      const problem = error instanceof Problem ? error : internalProblem(error)
      const { method, nextUrl, headers } = request
      const url = nextUrl.pathname + nextUrl.search
      response = asNext(
        problem.code === 'rate_limited'
          ? limitAnswer(problem, { method, url, headers, requestId, siteUrl: dependencies.siteUrl })
          : problemAnswer(problem, requestId),
      )
    }
    for (const [name, value] of Object.entries(told)) response.headers.set(name, value)
    response.headers.set(REQUEST_ID_HEADER, requestId)
    const hsts = strictTransportSecurity(dependencies.siteUrl)
    if (hsts !== null) response.headers.set('strict-transport-security', hsts)
    if (!response.headers.has(CSP_HEADER)) response.headers.set(CSP_HEADER, API_CSP)
    return response
  }
}

/**
 * @param told what the answer says of the limit: added to.
 * @throws Problem `rate_limited`
 */
async function assertWithinLimit(
  request: NextRequest,
  limiter: RateLimiter | null,
  told: Record<string, string>,
): Promise<void> {
  const { method, nextUrl, headers } = request
  const url = nextUrl.pathname + nextUrl.search
  const decision = await limiter?.({ method, url, headers, peer: peerAddress(), counts: 'both' })
  if (!decision) return
  Object.assign(told, decision.headers)
  if (decision.refusal) throw decision.refusal
  // A shared cache may stand in front, and would tell others what one client has left.
  if (isSafe(method) && !headers.has('authorization')) delete told.RateLimit
}

async function passApi(
  request: NextRequest,
  requestId: string,
  dependencies: GateDependencies,
): Promise<NextResponse> {
  const { method } = request
  const { pathname } = request.nextUrl
  const endpoints = dependencies.endpointsAt(pathname)
  const isAnswered = isWellEncoded(pathname) && endpoints.some((each) => answersMethod(each, method))
  if (!isAnswered) {
    const refusal = refusalOf({ method, pathname, requestId }, endpoints)
    // Whatever stands in the address of nothing is not worth keeping.
    const path = endpoints[0]?.path ?? '/api/…'
    dependencies.onRefusal({ method, path, status: refusal.status, requestId })
    return asNext(refusal)
  }
  return await passOn(request, requestId, {}, asksForCaller(endpoints) ? dependencies : null)
}

/** RFC 9110 section 9.2.1: asks for nothing to be changed. */
function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Next fails on a multipart form that does not say where its parts end. */
function hasFormWithoutBoundary(request: NextRequest): boolean {
  const contentType = request.headers.get('content-type') ?? ''
  return /^multipart\/form-data/i.test(contentType) && !/;\s*boundary=[^\s;]/i.test(contentType)
}

async function passPage(
  request: NextRequest,
  requestId: string,
  dependencies: GateDependencies,
): Promise<NextResponse> {
  const { pages, siteUrl, isDevelopment } = dependencies
  // Next fails on such an address once a page has a placeholder in it.
  if (!isWellEncoded(request.nextUrl.pathname)) throw new Problem('bad_request', 'The address is malformed.')
  // Forms and server actions. Next itself lets a write pass that names no origin.
  if (!isSafe(request.method)) assertSameOrigin(request.headers, siteUrl)
  if (hasFormWithoutBoundary(request)) {
    throw new Problem('bad_request', 'The form is malformed: its content type names no boundary.')
  }
  const prerendered = await pages.find(request.nextUrl.pathname)
  if (prerendered) {
    // The same bytes for everybody, so that they may be kept by caches: no nonce, no session, no cookie.
    const response = await passOn(request, requestId, {}, null)
    const { scripts: scriptHashes, styles: styleHashes } = prerendered.hashes
    response.headers.set(CSP_HEADER, pageCsp({ siteUrl, scriptHashes, styleHashes }))
    // Left to itself Next tells shared caches to keep it for a year, through every deployment.
    if (!prerendered.isRevalidated) response.headers.set('cache-control', cacheControl('document'))
    return response
  }
  // Whoever asked for it writes the policy, once the whole page is there: it is the same for everybody.
  if (isInner(request.headers) && pagePolicy(request.nextUrl.pathname) !== null)
    return await passOn(request, requestId, {}, null)
  const nonce = randomBytes(16).toString('base64')
  const own = pageCsp({ siteUrl, nonce, allowsEval: isDevelopment })
  // Next puts the nonce that it finds in this request header on every script it writes.
  const extra = { [NONCE_HEADER]: nonce, [CSP_HEADER]: own }
  const response = await passOn(request, requestId, extra, dependencies)
  const { scripts, styles } = await pages.notFoundHashes()
  const policy = { siteUrl, nonce, scriptHashes: scripts, styleHashes: styles, allowsEval: isDevelopment }
  response.headers.set(CSP_HEADER, pageCsp(policy))
  return response
}

/** @param sessions what is needed to renew a session; `null` where nobody is asked who they are. */
async function passOn(
  request: NextRequest,
  requestId: string,
  extra: Readonly<Record<string, string>>,
  sessions: Pick<GateDependencies, 'renewer' | 'cookieOptions'> | null,
): Promise<NextResponse> {
  const headers = new Headers(request.headers)
  const changed = await handOn(headers, requestId, sessions?.renewer ?? null)
  for (const [name, value] of Object.entries(extra)) headers.set(name, value)
  const response = NextResponse.next({ request: { headers } })
  for (const { name, value, maxAgeSeconds } of changed) {
    const { path, httpOnly, secure, sameSite } = sessions?.cookieOptions ?? {}
    response.cookies.set(name, value, { path, httpOnly, secure, sameSite, maxAge: maxAgeSeconds })
  }
  return response
}

function asNext({ status, headers, body }: Answer): NextResponse {
  return new NextResponse(body, { status, headers })
}
