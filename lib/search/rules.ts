/** Pure decisions of searching: which order, which filters, where a page ends. Client-safe. */
import { z } from 'zod'
import { defineCursor } from '#lib/kernel/cursor'
import type { MarketplaceQuery, MarketplaceSort } from './schemas.ts'

/** The last row of a page, and what the first page counted, so that deep pages count nothing again. */
export const pageCursor = defineCursor(
  2,
  z.object({
    sort: z.string(),
    phase: z.enum(['head', 'tail', 'walk']),
    key: z.string().max(600),
    id: z.int().min(0),
    offset: z.int().min(0),
    total: z.int().min(0),
    isExact: z.boolean(),
  }),
)
export type PageCursor = ReturnType<typeof pageCursor.decode>

/** The order asked for, or the one people expect: relevance when they typed words, else what is hot. */
export function effectiveSort(query: Pick<MarketplaceQuery, 'q' | 'sort'>): MarketplaceSort {
  const hasWords = Boolean(query.q)
  if (query.sort === undefined) return hasWords ? 'relevance' : 'hot'
  // Relevance to nothing is no order.
  return query.sort === 'relevance' && !hasWords ? 'hot' : query.sort
}

/** The keys that rows must have for the filters of a query, as the dictionary spells them. */
export function filterKeys(
  query: Pick<MarketplaceQuery, 'kind' | 'category' | 'seller' | 'registryUrl' | 'price' | 'rating' | 'tags'>,
): string[] {
  return [
    ...query.tags.map((tag) => `t:${tag}`),
    ...(query.kind ? [`k:${query.kind}`] : []),
    ...(query.category ? [`c:${query.category}`] : []),
    ...(query.seller ? [`s:${query.seller}`] : []),
    ...(query.registryUrl ? [`r:${normalizeRegistryUrl(query.registryUrl)}`] : []),
    ...(query.price ? [`p:${query.price}`] : []),
    ...(query.rating ? [`g:${query.rating}`] : []),
  ]
}

/** The address of a registry in the one form the index holds: `catalog.normal_registry_url` writes it likewise. */
export function normalizeRegistryUrl(text: string): string {
  const trimmed = text.trim()
  if (trimmed.toLowerCase() === 'local') return 'local'
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  if (!URL.canParse(withScheme)) return trimmed
  const { protocol, host, pathname } = new URL(withScheme)
  return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`
}
