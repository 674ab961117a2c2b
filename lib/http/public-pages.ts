/**
 * Owns which addresses are public pages, the same for everybody, how long they may be kept, and by which tags what is
 * kept of an address (page or API) can be called back. Pure.
 */
import 'server-only'
import type { CachePolicy } from './cache-policy.ts'

const PAGES: readonly (readonly [pattern: RegExp, policy: CachePolicy])[] = [
  [/^\/$/, 'featured'],
  [/^\/categories$/, 'categories'],
  [/^\/categories\/[^/]+$/, 'hot'],
  [/^\/search$/, 'hot'],
  [/^\/stores\/[^/]+$/, 'hot'],
  [/^\/packages\/[^/]+\/[^/]+(?:\/(?:versions|dependents|diff))?$/, 'hot'],
]

/** `null` for what is no public page. Addresses that must be decoded first are none. */
export function pagePolicy(pathname: string): CachePolicy | null {
  if (pathname.includes('%')) return null
  return PAGES.find(([pattern]) => pattern.test(pathname))?.[1] ?? null
}

const OF_PACKAGE = /^\/(?:api\/(?:v1\/)?)?packages\/([^/]+)\/([^/]+)(?:\/([^?]*))?/
const OF_STORE = /^\/(?:api\/)?stores\/([^/]+)/
const OF_LISTING = /^\/(?:$|categories|search|stores|api\/(?:marketplace|categories|stores)|sitemap)/
const OF_VIEWS = /^\/(?:$|categories|api\/(?:marketplace\/home|categories)(?:$|\/))/
/** A version and its bytes show no other package. */
const ALONE = /^(?:[^/]+\/download|[^/]+\/files\/.*)$/

/** What is shown at an address changes when one of these does. */
export function cacheTags(pathname: string): string[] {
  const [, namespace, name, rest = ''] = OF_PACKAGE.exec(pathname) ?? []
  if (namespace !== undefined && name !== undefined) {
    const own = packageTag(`${namespace}/${name}`)
    return ALONE.test(rest) ? [own] : [own, SHELF_TAG]
  }
  const [, slug] = OF_STORE.exec(pathname) ?? []
  const listing = OF_LISTING.test(pathname) ? [LISTING_TAG] : []
  if (OF_VIEWS.test(pathname)) listing.push(VIEWS_TAG)
  return slug === undefined ? listing : [storeTag(slug), ...listing]
}

/** Everything that lists packages. */
export const LISTING_TAG = 'listing'
/** What is read from the materialized views; `refresh_marketplace_views` calls it back. */
export const VIEWS_TAG = 'views'
/** Pages of one package that show others beside it: called back when one of those must be gone. */
export const SHELF_TAG = 'shelf'
export const packageTag = (handle: string) => `package:${handle.toLowerCase()}`
export const storeTag = (slug: string) => `store:${slug.toLowerCase()}`
