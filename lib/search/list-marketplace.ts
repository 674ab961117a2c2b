import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { env } from '#lib/platform/env'
import { OVERDUE, type PageRead } from './data.ts'
import { currentColumns } from './facet-columns.ts'
import { namedFacets } from './facets.ts'
import { findPage } from './find-page.ts'
import { listLive } from './list-live.ts'
import type { Matching } from './matching.ts'
import { searchableText } from './parse-query.ts'
import type { Estimate } from './remembered.ts'
import { effectiveSort, filterKeys, type PageCursor, pageCursor } from './rules.ts'
import type { MarketplacePage, MarketplaceQuery, MarketplaceSort } from './schemas.ts'
import { learn, recall, requestOf, understand, type Understanding } from './understand.ts'

/**
 * One page of the catalogue with its total and facets, by at most two statements.
 * @throws Problem `bad_request` for a cursor of another order, or a cursor together with an offset.
 */
export async function listMarketplace(query: MarketplaceQuery): Promise<MarketplacePage> {
  return await searchMarketplace(query, false)
}

/** The same with the parts of each score. @throws Problem `unauthenticated` or `forbidden` for anybody but an operator. */
export async function explainMarketplace(actor: Actor, query: MarketplaceQuery): Promise<MarketplacePage> {
  if (actor.kind === 'anonymous')
    throw new Problem('unauthenticated', 'Sign in to see how entries are ranked.')
  if (actor.appRole !== 'operator')
    throw new Problem('forbidden', 'Only operators see how entries are ranked.')
  return await searchMarketplace(query, true)
}

async function searchMarketplace(query: MarketplaceQuery, explains: boolean): Promise<MarketplacePage> {
  const sort = effectiveSort(query)
  const position = positionOf(query, sort)
  const offset = position ? position.offset : (query.offset ?? 0)
  const q = searchableText(query.q ?? '')
  const fromLive = async (catalog: 'live' | 'db_fallback') =>
    await listLive({ query, q, sort, offset, catalog })
  if (env().MARKETPLACE_CATALOG_SOURCE === 'live') return await fromLive('live')
  // Held on to until the answer is counted: another rebuild may take its place meanwhile.
  const columns = currentColumns()
  const request = requestOf(q, filterKeys(query), position ? 0 : columns.base)
  const search = { query, q, sort, position, offset, columns, explains }
  const recalled = recall(request)
  let understanding: Understanding
  if (recalled?.understanding.found) {
    const { found, rowCount } = recalled.understanding
    const asked = { ...request.question, since: recalled.snapshots }
    const answer = await findPage({ ...search, ...found, rowCount, asked })
    if ('page' in answer) return pageOf(answer.page, { ...search, ...answer })
    understanding = learn(request, answer.resolution)
  } else understanding = await understand(request, { suggests: false })
  if (understanding.isEmpty) return await fromLive('db_fallback')
  const { found, rowCount, isOverdue } = understanding
  if (isOverdue) return pageOf(OVERDUE, { ...search, corrections: [], counted: null })
  if (!found)
    return pageOf(NOTHING, {
      ...{ ...search, corrections: [] },
      counted: { total: 0, isExact: true, facets: namedFacets([]) },
    })
  const answer = await findPage({ ...search, ...found, rowCount, asked: null })
  if (!('page' in answer)) throw new Error('The database was not asked what words mean, and said so')
  return pageOf(answer.page, { ...search, ...answer })
}

const NOTHING: PageRead = {
  items: [],
  next: null,
  total: 0,
  totalIsExact: true,
  share: 1,
  allFacets: null,
  isIncomplete: false,
  base: 0,
  isGiven: false,
  scores: null,
  facets: '',
  places: '',
}

function positionOf(query: MarketplaceQuery, sort: MarketplaceSort): PageCursor | null {
  if (query.cursor === undefined) return null
  const position = pageCursor.decode(query.cursor)
  if (query.offset !== undefined) {
    throw new Problem('bad_request', 'Send either a cursor or an offset, not both.', {
      issues: [{ path: 'offset', message: 'Not together with cursor' }],
    })
  }
  if (position.sort !== sort) {
    throw new Problem('bad_request', `This cursor belongs to the order "${position.sort}".`, {
      issues: [{ path: 'cursor', message: 'Keep the same sort from page to page' }],
    })
  }
  return position
}

function pageOf(
  page: PageRead,
  context: {
    query: MarketplaceQuery
    sort: MarketplaceSort
    offset: number
    position: PageCursor | null
    corrections: Matching['corrections']
    counted: Estimate | null
  },
): MarketplacePage {
  const { query, sort, offset, position, corrections, counted } = context
  const total = position?.total ?? counted?.total ?? page.items.length
  const isExact = position?.isExact ?? counted?.isExact ?? false
  const facets = counted?.facets ?? namedFacets([])
  return {
    items: page.items,
    meta: {
      total,
      totalIsExact: isExact,
      limit: query.limit,
      offset,
      nextCursor: page.next
        ? pageCursor.encode({ sort, ...page.next, offset: offset + page.items.length, total, isExact })
        : null,
      tags: facets.tags,
      facets,
      incomplete: page.isIncomplete,
      corrections,
      catalog: 'db',
      ...(page.scores ? { scores: page.items.map((_, index) => page.scores?.[index] ?? {}) } : {}),
    },
  }
}
