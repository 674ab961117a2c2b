/** Pure decisions of searching: which order, which words, where a page ends. Client-safe. */
import { z } from 'zod'
import { defineCursor } from '#lib/kernel/cursor'
import type { MarketplaceQuery, MarketplaceSort } from './schemas.ts'

/** The last row of a page: its sort key as Postgres prints it, and its handle to break ties. */
export const pageCursor = defineCursor(
  1,
  z.object({ sort: z.string(), key: z.string(), handle: z.string(), offset: z.int().min(0) }),
)

/** The order asked for, or the one people expect: relevance when they typed words, else what is hot. */
export function effectiveSort(query: Pick<MarketplaceQuery, 'q' | 'sort'>): MarketplaceSort {
  const hasWords = Boolean(query.q)
  if (query.sort === undefined) return hasWords ? 'relevance' : 'hot'
  // Relevance to nothing is no order.
  return query.sort === 'relevance' && !hasWords ? 'hot' : query.sort
}

/**
 * A tsquery text in which all words must occur and the last may be a beginning: `post gre` is `'post' & 'gre':*`.
 * Holds letters and digits only, so no input can break its syntax. `null` when there is no word in it.
 */
export function prefixQuery(q: string): string | null {
  const words = wordsOf(q)
  if (words.length === 0) return null
  return words.map((word, index) => `'${word}'${index === words.length - 1 ? ':*' : ''}`).join(' & ')
}

/** Lower-case words without accents, as the index holds them. */
export function wordsOf(q: string): string[] {
  return (
    q
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).slice(0, 16)
}

/** The address of a registry in the one form the index holds: no scheme's default noise, no trailing slash. */
export function normalizeRegistryUrl(text: string): string {
  const trimmed = text.trim().toLowerCase()
  if (trimmed === 'local') return 'local'
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//.test(trimmed) ? trimmed : `https://${trimmed}`
  if (!URL.canParse(withScheme)) return trimmed
  const url = new URL(withScheme)
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`
}
