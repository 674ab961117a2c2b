/** Owns the listing past the index: from the base tables, when the index is empty or the operator chose so. */
import 'server-only'
import { namedFacets } from './facets.ts'
import { readLivePage } from './live-data.ts'
import { parseQuery } from './parse-query.ts'
import { filterKeys, pageCursor } from './rules.ts'
import type { MarketplacePage, MarketplaceQuery, MarketplaceSort } from './schemas.ts'

export async function listLive(request: {
  query: MarketplaceQuery
  q: string
  sort: MarketplaceSort
  offset: number
  catalog: 'live' | 'db_fallback'
}): Promise<MarketplacePage> {
  const { query, q, sort, offset, catalog } = request
  const { limit } = query
  const { items, total, facets } = await readLivePage({
    ...{ asked: q === '' ? null : parseQuery(q), filters: filterKeys(query) },
    ...{ sort, limit, offset },
  })
  const counts = namedFacets(facets)
  const next = offset + items.length
  return {
    items,
    meta: {
      total,
      totalIsExact: true,
      limit,
      offset,
      // The base tables have no order of their own to go on in, so the cursor counts.
      nextCursor:
        next < total
          ? pageCursor.encode({ sort, phase: 'tail', key: '', id: 0, offset: next, total, isExact: true })
          : null,
      tags: counts.tags,
      facets: counts,
      incomplete: false,
      corrections: [],
      catalog,
    },
  }
}
