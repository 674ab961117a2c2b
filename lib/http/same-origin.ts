/**
 * Owns the refusal of cross-site writes: a browser sends the session cookie along with another site's request, and
 * only `Origin` tells. It must be asked for every write that a cookie authenticates, and for no other.
 */
import 'server-only'
import { Problem } from '#lib/kernel/problem'

/** @param siteUrl the address that we publish, for servers behind a proxy that changes `Host`. */
export function assertSameOrigin(headers: Headers, siteUrl: string): void {
  if (!isSameOrigin(headers, new URL(siteUrl))) {
    throw new Problem('csrf_failed', 'This request did not come from our own pages, so it was refused.')
  }
}

function isSameOrigin(headers: Headers, site: URL): boolean {
  const fetchSite = headers.get('sec-fetch-site')
  if (fetchSite === 'cross-site' || fetchSite === 'same-site') return false
  const given = headers.get('origin')
  if (given === null || !URL.canParse(given)) return false
  const origin = new URL(given)
  if (origin.origin === site.origin) return true
  // A page that was read over plain HTTP may have been written by whoever sits on the line.
  if (site.protocol === 'https:' && origin.protocol !== 'https:') return false
  return origin.host === headers.get('host')
}
