/**
 * Owns how much one client may ask in which time, in one table, and to which row of it a request belongs. It counts
 * nothing and knows nobody.
 */
import 'server-only'

export interface RateLimit {
  /** Requests in any window of that many seconds. */
  limit: number
  windowSeconds: number
  /** `caller`: the person behind a session or token, and the address of whoever is nobody in particular. */
  keyBy: 'caller' | 'address'
  /**
   * What each process admits by itself while nothing is heard of the shared count: its share of the limit among all
   * processes, or half of it where guessing is what is slowed down. Never without limit.
   */
  whenStoreIsDown: 'share' | 'half-share'
}

export const RATE_LIMITS = {
  marketplace: { limit: 200, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  store: { limit: 100, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  search: { limit: 60, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  /** Also signing up and asking for another password: whoever guesses has no name yet, or somebody else's. */
  'sign-in': { limit: 20, windowSeconds: 60, keyBy: 'address', whenStoreIsDown: 'half-share' },
  publish: { limit: 60, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  /** The files of a version arrive one by one. */
  upload: { limit: 300, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  purchase: { limit: 30, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  /** Of a person; what nobody in particular sends counts as signing in, to whichever page it is sent. */
  form: { limit: 120, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  api: { limit: 600, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
  page: { limit: 600, windowSeconds: 60, keyBy: 'caller', whenStoreIsDown: 'share' },
} as const satisfies Record<string, RateLimit>

export type RateLimitClass = keyof typeof RATE_LIMITS

export interface LimitedRequest {
  method: string
  /** As it came: path and query. */
  url: string
  /** Brings a session or a token; whether it is a good one is not known here. */
  hasCredential: boolean
}

const FREE =
  /^\/(?:_next\/static\/|schemas\/|api\/health(?:\/|$)|api\/webhooks\/|(?:sw\.js|theme\.js|manifest\.webmanifest|favicon\.ico|icon\.svg|apple-icon\.png|robots\.txt|sitemap\.xml)$)/
const DOWNLOAD = /^\/api\/v1\/packages\/[^/]+\/[^/]+\/[^/]+\/(?:download|files\/[^/]+)$/
const SIGN_IN_PAGE = /^\/(?:sign-in|sign-up|forgot-password|reset-password)$/
const PURCHASE = /^\/api\/(?:purchases|checkouts|wallet\/top-ups)$/
const PUBLISH = /^\/api\/v1\/packages$/
const UPLOAD = /^\/api\/v1\/uploads\//

/** `null`: not limited, or only where no cache answers it; see {@link missLimitClassOf}. */
export function rateLimitClassOf({ method, url, hasCredential }: LimitedRequest): RateLimitClass | null {
  const { pathname, searchParams } = addressOf(url)
  const isRead = isReading(method)
  if (FREE.test(pathname)) return null
  if (!isOfApi(pathname)) {
    if (isRead && pathname === '/search' && searchParams.get('q')) return 'search'
    // A public page is the same for everybody and comes from caches; with a query there are as many as one likes.
    if (isRead) return searchParams.size > 0 || hasCredential ? 'page' : null
    return SIGN_IN_PAGE.test(pathname) ? 'sign-in' : 'form'
  }
  if (isRead) {
    // What everybody may have comes from caches.
    if (DOWNLOAD.test(pathname) && !hasCredential) return null
    if (pathname === '/api/marketplace/suggest') return 'search'
    if (pathname === '/api/marketplace') return searchParams.get('q') ? 'search' : 'marketplace'
    if (pathname.startsWith('/api/marketplace/')) return 'marketplace'
    return pathname.startsWith('/api/stores/') ? 'store' : 'api'
  }
  if (PURCHASE.test(pathname)) return 'purchase'
  if (PUBLISH.test(pathname)) return 'publish'
  if (UPLOAD.test(pathname)) return 'upload'
  if (pathname.startsWith('/api/marketplace/')) return 'marketplace'
  return pathname.startsWith('/api/stores/') ? 'store' : 'api'
}

/**
 * What is free from caches, because it is the same for everybody, costs work when none has it: addresses that lead
 * nowhere, or to what nobody else asks for, can be made up without end.
 */
export function missLimitClassOf(request: LimitedRequest): RateLimitClass | null {
  const { pathname } = addressOf(request.url)
  if (!isReading(request.method) || FREE.test(pathname) || rateLimitClassOf(request) !== null) return null
  return isOfApi(pathname) ? 'api' : 'page'
}

function isReading(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

function isOfApi(pathname: string): boolean {
  return pathname === '/api' || pathname.startsWith('/api/')
}

/** Every spelling of an address that reaches the same place. */
function addressOf(url: string): Pick<URL, 'pathname' | 'searchParams'> {
  const base = 'http://souk.invalid'
  // Beginning with two slashes it would name another host.
  const path = url.replace(/^\/{2,}/, '/')
  if (!URL.canParse(path, base)) return { pathname: '/', searchParams: new URLSearchParams() }
  const { pathname, searchParams } = new URL(path, base)
  return { pathname: decoded(pathname).replace(/(?<=.)\/+$/, ''), searchParams }
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname
  }
}
