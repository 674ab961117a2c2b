/**
 * Owns what happens to every request before a page or route handler sees it: request id, addresses and methods of the
 * API that do not exist, renewal of the session, security headers. No database, and no network while a session is
 * fresh. It authorises nothing.
 */
import 'server-only'
import { randomBytes } from 'node:crypto'
import { NextResponse, type NextRequest } from 'next/server'
import { Problem } from '#lib/kernel/problem'
import { GRACE_HEADER } from './actor.ts'
import { cacheControl } from './cache-policy.ts'
import type { EndpointSpec } from './endpoint.ts'
import type { EndpointMatcher } from './endpoint-match.ts'
import type { PrerenderedPages } from './prerendered-pages.ts'
import { internalProblem, problemResponse } from './problem-response.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { assertSameOrigin } from './same-origin.ts'
import { API_CSP, pageCsp, strictTransportSecurity } from './security-headers.ts'
import { type Cookie, readSession, sessionCookies, type StoredSession } from './session-cookie.ts'
import { needsRenewal, type SessionRenewer } from './session-renewal.ts'

export interface GateDependencies {
  endpointsAt: EndpointMatcher
  pages: PrerenderedPages
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

export type Gate = (request: NextRequest) => Promise<NextResponse>

const NONCE_HEADER = 'x-nonce'
const CSP_HEADER = 'content-security-policy'

export function createGate(dependencies: GateDependencies): Gate {
  return async (request) => {
    const requestId = requestIdOf(request.headers)
    const { pathname } = request.nextUrl
    let response: NextResponse
    try {
      const isApi = pathname === '/api' || pathname.startsWith('/api/')
      response = isApi
        ? await passApi(request, requestId, dependencies)
        : await passPage(request, requestId, dependencies)
    } catch (error) {
      if (!(error instanceof Problem)) dependencies.onFailure(error, requestId)
      const problem = error instanceof Problem ? error : internalProblem(error)
      response = asNext(problemResponse(problem, requestId))
    }
    response.headers.set(REQUEST_ID_HEADER, requestId)
    const hsts = strictTransportSecurity(dependencies.siteUrl)
    if (hsts !== null) response.headers.set('strict-transport-security', hsts)
    if (!response.headers.has(CSP_HEADER)) response.headers.set(CSP_HEADER, API_CSP)
    return response
  }
}

async function passApi(
  request: NextRequest,
  requestId: string,
  dependencies: GateDependencies,
): Promise<NextResponse> {
  const endpoints = dependencies.endpointsAt(request.nextUrl.pathname)
  const refusal = refusalOf(request, endpoints, requestId)
  if (refusal) {
    // Whatever stands in the address of nothing is not worth keeping.
    const path = endpoints[0]?.path ?? '/api/…'
    dependencies.onRefusal({ method: request.method, path, status: refusal.status, requestId })
    return asNext(refusal)
  }
  const isPublic = endpoints.every(({ access }) => access === 'public')
  return await passOn(request, requestId, new Headers(), isPublic ? null : dependencies)
}

/** What Next would answer with a page or with nothing: an unknown address, a method that the address does not have. */
function refusalOf(
  request: NextRequest,
  endpoints: readonly EndpointSpec[],
  requestId: string,
): Response | null {
  if (endpoints.length === 0) {
    return problemResponse(new Problem('not_found', 'The API has no such address.'), requestId)
  }
  if (!isWellEncoded(request.nextUrl.pathname)) {
    return problemResponse(new Problem('bad_request', 'The address is malformed.'), requestId)
  }
  const methods = new Set<string>(endpoints.map(({ method }) => method))
  if (methods.has('GET')) methods.add('HEAD')
  if (methods.has(request.method)) return null
  const allow = [...methods, 'OPTIONS'].join(', ')
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { allow } })
  const detail = `This address takes ${[...methods].join(', ')}.`
  return problemResponse(new Problem('method_not_allowed', detail, { headers: { allow } }), requestId)
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

function isWellEncoded(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
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
    const response = await passOn(request, requestId, new Headers(), null)
    const { scripts: scriptHashes, styles: styleHashes } = prerendered.hashes
    response.headers.set(CSP_HEADER, pageCsp({ siteUrl, scriptHashes, styleHashes }))
    // Left to itself Next tells shared caches to keep it for a year, through every deployment.
    if (!prerendered.isRevalidated) response.headers.set('cache-control', cacheControl('document'))
    return response
  }
  const nonce = randomBytes(16).toString('base64')
  const own = pageCsp({ siteUrl, nonce, allowsEval: isDevelopment })
  // Next puts the nonce that it finds in this request header on every script it writes.
  const extra = new Headers({ [NONCE_HEADER]: nonce, [CSP_HEADER]: own })
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
  extra: Headers,
  sessions: Pick<GateDependencies, 'renewer' | 'cookieOptions'> | null,
): Promise<NextResponse> {
  const headers = new Headers(request.headers)
  // These speak for the gate: what a client sends under their names must not reach what trusts them.
  for (const name of [GRACE_HEADER, NONCE_HEADER, CSP_HEADER]) headers.delete(name)
  extra.forEach((value, name) => headers.set(name, value))
  headers.set(REQUEST_ID_HEADER, requestId)
  const changed =
    sessions && !request.headers.has('authorization') ? await renew(request, headers, sessions) : []
  const response = NextResponse.next({ request: { headers } })
  for (const { name, value, maxAgeSeconds } of changed) {
    const { path, httpOnly, secure, sameSite } = sessions?.cookieOptions ?? {}
    response.cookies.set(name, value, { path, httpOnly, secure, sameSite, maxAge: maxAgeSeconds })
  }
  return response
}

/** Renews a lapsing session, for this request (in `headers`) and for the browser (the cookies to set). */
async function renew(
  request: NextRequest,
  headers: Headers,
  { renewer }: Pick<GateDependencies, 'renewer'>,
): Promise<(Cookie & { maxAgeSeconds: number })[]> {
  const jar = request.cookies.getAll()
  const session = await readSession(jar)
  if (!session || !needsRenewal(session, Date.now() / 1000)) return []
  const renewal = await renewer.renew(session)
  if (renewal.outcome === 'unreachable') {
    headers.set(GRACE_HEADER, '1')
    return []
  }
  const next: StoredSession | null = renewal.outcome === 'renewed' ? renewal.session : null
  const changed = sessionCookies(next, jar)
  const values = new Map(jar.map(({ name, value }) => [name, value]))
  for (const { name, value } of changed) {
    if (value === '') values.delete(name)
    else values.set(name, value)
  }
  headers.set('cookie', [...values].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '))
  return changed
}

function asNext(response: Response): NextResponse {
  return new NextResponse(response.body, { status: response.status, headers: response.headers })
}
