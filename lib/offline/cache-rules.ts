/**
 * Owns what the service worker does with a request, which answers it may keep and for how long they are fresh. Pure: it
 * knows neither caches nor the network.
 */

export interface RequestFacts {
  method: string
  url: string
  mode: string
  destination: string
  /** The fetch cache mode: who says `no-store` wants to know what is true now. */
  cache: string
  headers: Pick<Headers, 'has'>
}

export interface AnswerFacts {
  status: number
  type: string
  redirected: boolean
  headers: Pick<Headers, 'get' | 'has'>
}

export type Handling =
  /** Not ours: the browser does what it would without a worker. */
  | { kind: 'network' }
  /** Asked of the network; what was kept of the address, then /offline, when there is none. */
  | { kind: 'page' }
  /** Never changes under its address, or is not worth asking again. */
  | { kind: 'file' }
  /** Public JSON: kept answers are given while they are young, and renewed behind the reader's back when older. */
  | { kind: 'data'; freshMs: number; asksAfresh: boolean }
  | { kind: 'sign-out' }

export const MAX_ENTRIES = 100

const HOT_MS = 60_000
const FEATURED_MS = 120_000
const CATEGORIES_MS = 300_000

/** The same tiers as the server's; an address that is not here is never kept. */
const DATA: readonly (readonly [pattern: RegExp, freshMs: number])[] = [
  [/^\/api\/categories$/, CATEGORIES_MS],
  [/^\/api\/marketplace\/(home|trending)$/, FEATURED_MS],
  [/^\/api\/marketplace(\/suggest)?$/, HOT_MS],
  [/^\/api\/stores(\/[^/]+)?$/, HOT_MS],
  [/^\/api\/packages\/[^/]+\/[^/]+$/, HOT_MS],
  [/^\/api\/v1\/packages\/[^/]+\/[^/]+(\/dependents)?$/, HOT_MS],
]

/** Pages that everybody may see, whatever this reader is shown instead. */
const PUBLIC_PAGES: readonly RegExp[] = [
  /^\/$/,
  /^\/categories(\/[^/]+)?$/,
  /^\/search$/,
  /^\/stores\/[^/]+$/,
  /^\/packages\/[^/]+\/[^/]+(\/(versions|dependents|diff))?$/,
]

export const isPublicPage = (pathname: string) => PUBLIC_PAGES.some((pattern) => pattern.test(pathname))

/** The server, or what stands before it, is gone for a while: what was kept says more. */
export const isAway = (status: number) => status === 502 || status === 503 || status === 504

/** Signing out leads home, unseen: browsers hide from workers where a page is redirected to. Whoever refuses does not. */
export const isSignedOut = ({ type }: Pick<AnswerFacts, 'type'>) => type === 'opaqueredirect'

/** A copy of a public page is not fetched again for so long. */
export const COPY_FRESH_MS = HOT_MS

/** Stale answers are given at once only for so many times as long as they were fresh; as on the server. */
const STALE_FACTOR = 5
const NETWORK: Handling = { kind: 'network' }

export function handlingOf(request: RequestFacts, origin: string): Handling {
  const { pathname, origin: asked } = new URL(request.url)
  if (asked !== origin) return NETWORK
  if (request.method === 'POST' && request.mode === 'navigate' && pathname === '/auth/sign-out') {
    return { kind: 'sign-out' }
  }
  if (request.method !== 'GET' || request.headers.has('authorization') || request.headers.has('range')) {
    return NETWORK
  }
  // Parts of pages that Next fetches for itself stand at the pages' own addresses and are none.
  if (request.headers.has('rsc') || request.headers.has('next-router-state-tree')) return NETWORK
  if (pathname.startsWith('/_next/static/')) return { kind: 'file' }
  if (pathname.startsWith('/icons/') || pathname === '/theme.js' || pathname === '/manifest.webmanifest') {
    return { kind: 'data', freshMs: CATEGORIES_MS, asksAfresh: false }
  }
  if (pathname.startsWith('/api/')) return dataHandling(pathname, request)
  if (request.mode === 'navigate') return { kind: 'page' }
  return request.destination === 'image' || request.destination === 'font' ? { kind: 'file' } : NETWORK
}

function dataHandling(pathname: string, request: RequestFacts): Handling {
  const freshMs = DATA.find(([pattern]) => pattern.test(pathname))?.[1]
  if (freshMs !== undefined && request.mode !== 'navigate') {
    const asksAfresh = ['no-store', 'reload', 'no-cache'].includes(request.cache)
    return { kind: 'data', freshMs, asksAfresh }
  }
  // Icons and pictures of packages may be replaced under their address.
  return request.destination === 'image' ? { kind: 'data', freshMs: HOT_MS, asksAfresh: false } : NETWORK
}

/**
 * Nothing that was made for one person is kept. Browsers hide Set-Cookie from workers, so that it alone would protect
 * nobody: an answer must say itself that it is public.
 */
export function mayKeep(request: Pick<RequestFacts, 'headers'>, answer: AnswerFacts): boolean {
  if (answer.status !== 200 || answer.type !== 'basic' || answer.redirected) return false
  if (request.headers.has('authorization') || answer.headers.has('set-cookie')) return false
  const directives = (answer.headers.get('cache-control') ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim().split('=')[0])
  if (answer.headers.get('vary')?.trim() === '*') return false
  return directives.includes('public') && !directives.includes('no-store') && !directives.includes('private')
}

/** What to do with an answer that was kept. */
export function ageOf(keptAtMs: number, nowMs: number, freshMs: number): 'fresh' | 'stale' | 'old' {
  const ageMs = nowMs - keptAtMs
  // A clock that was set back says nothing about age.
  if (ageMs < 0) return 'old'
  if (ageMs < freshMs) return 'fresh'
  return ageMs < freshMs * STALE_FACTOR ? 'stale' : 'old'
}

/** The entries beyond the limit, of a list that begins with the oldest. */
export function surplus<T>(entries: readonly T[], limit = MAX_ENTRIES): readonly T[] {
  return entries.slice(0, Math.max(0, entries.length - limit))
}

/** The page says by itself of when it is: nobody takes a copy for what is true now. */
export function markKept(html: string, keptAtMs: number): string {
  return html.replace(/<html(?=[\s>])/i, `<html data-kept-at="${Math.trunc(keptAtMs)}"`)
}

/** What a page needs from `/_next/static`, found in its markup. */
export function assetsOf(html: string): string[] {
  const found = html.matchAll(/\/_next\/static\/[^"'\\\s<>)]+/g)
  return [...new Set(Array.from(found, ([path]) => path.replaceAll('&amp;', '&')))]
}

/** What a script of the build loads when it is needed, found in its text. */
export function lazyPartsOf(script: string): string[] {
  const found = script.matchAll(/["'](static\/chunks\/[^"'\\\s]+\.(?:js|css))["']/g)
  return [...new Set(Array.from(found, ([, path]) => `/_next/${path ?? ''}`))]
}
