import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { readPage } from './data.ts'
import { effectiveSort, normalizeRegistryUrl, pageCursor } from './rules.ts'
import type { MarketplacePage, MarketplaceQuery } from './schemas.ts'

/**
 * One page of the catalogue with its total and the tags of everything that matches.
 * @throws Problem `bad_request` for a cursor of another order, or a cursor together with an offset.
 */
export async function listMarketplace(query: MarketplaceQuery): Promise<MarketplacePage> {
  const sort = effectiveSort(query)
  const position = query.cursor === undefined ? null : pageCursor.decode(query.cursor)
  if (position && query.offset !== undefined) {
    throw new Problem('bad_request', 'Send either a cursor or an offset, not both.', {
      issues: [{ path: 'offset', message: 'Not together with cursor' }],
    })
  }
  if (position && position.sort !== sort) {
    throw new Problem('bad_request', `This cursor belongs to the order "${position.sort}".`, {
      issues: [{ path: 'cursor', message: 'Keep the same sort from page to page' }],
    })
  }
  const offset = position ? position.offset : (query.offset ?? 0)
  const page = await readPage({
    q: query.q || null,
    tags: query.tags,
    kind: query.kind ?? null,
    category: query.category ?? null,
    seller: query.seller ?? null,
    registryUrl: query.registryUrl ? normalizeRegistryUrl(query.registryUrl) : null,
    price: query.price ?? null,
    sort,
    limit: query.limit,
    offset: position ? 0 : offset,
    after: position ? { key: position.key, handle: position.handle } : null,
  })
  return {
    items: page.items,
    meta: {
      total: page.total,
      totalIsExact: true,
      limit: query.limit,
      offset,
      nextCursor: page.last ? pageCursor.encode({ sort, ...page.last, offset: offset + query.limit }) : null,
      tags: page.tags,
      catalog: 'db',
    },
  }
}
