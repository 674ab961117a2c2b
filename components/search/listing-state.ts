/** What a list shows, as its links write it, and what is said about how much it holds. Pure. */
import type { PageQuery } from '#lib/search/page-query'
import type { MarketplacePage } from '#lib/search/schemas'
import { compactCount, countOf } from '../catalog/compact-count.ts'
import type { SearchState } from '../catalog/search-href.ts'

export function listingState({ filters, view }: Pick<PageQuery, 'filters' | 'view'>): SearchState {
  return { ...filters, ...(view === 'list' ? { view } : {}) }
}

/** Choices beside the words and the order. */
export function activeFilterCount(state: SearchState): number {
  const { kind, category, price, rating, seller, registryUrl, tags = [] } = state
  return [kind, category, price, rating, seller, registryUrl].filter(Boolean).length + tags.length
}

export function isNarrowed({ filters, page }: Pick<PageQuery, 'filters' | 'page'>): boolean {
  return Boolean(filters.q) || activeFilterCount(filters) > 0 || page > 1
}

type Counted = Pick<MarketplacePage['meta'], 'total' | 'totalIsExact' | 'incomplete'>

/** `488 packages`, `About 1.2M packages`, `At least 20 packages`. */
export function totalText({ total, totalIsExact, incomplete }: Counted): string {
  if (incomplete) return `At least ${countOf(total, 'package')}`
  return totalIsExact ? countOf(total, 'package') : `About ${compactCount(total)} packages`
}
