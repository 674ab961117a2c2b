import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { env } from '#lib/platform/env'
import { type PageRead, readPage } from './data.ts'
import { currentColumns, type FacetColumns, followBase } from './facet-columns.ts'
import { namedFacets } from './facets.ts'
import { readPlaces } from './held-postings.ts'
import { listLive } from './list-live.ts'
import type { Matching } from './matching.ts'
import { countMet, type Met, meetPostings } from './meet-postings.ts'
import { searchableText, wordsOf } from './parse-query.ts'
import { narrowed, planSearch } from './plan.ts'
import { type Estimate, estimates } from './remembered.ts'
import { effectiveSort, filterKeys, type PageCursor, pageCursor } from './rules.ts'
import type { MarketplacePage, MarketplaceQuery, MarketplaceSort } from './schemas.ts'
import { dictionary, understand } from './understand.ts'

/** What one search may take in the database before it answers with what it has. */
const BUDGET_MS = 250

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
  const { rowCount, isEmpty, rare, found } = await understand(q, filterKeys(query), {
    suggests: false,
    needsAll: !position,
    base: position ? 0 : columns.base,
  })
  if (isEmpty) return await fromLive('db_fallback')
  if (!found)
    return pageOf(NOTHING, {
      ...{ query, sort, offset, position, corrections: [] },
      counted: { total: 0, isExact: true, facets: namedFacets([]) },
    })
  const { matching, filters } = found
  const choices = [...matching.choices, ...filters.map(({ id, count }) => ({ ids: [id], count }))]
  const match = narrowed(matching.match, matching.choices, filters)
  const estimateKey = JSON.stringify([match, matching.checks])
  const estimate = position ? undefined : estimates.get(estimateKey)
  const names = matching.names && narrowed(matching.names, matching.nameChoices ?? [], filters)
  // A tag alone in the box leaves no words to be relevant to.
  const order = sort === 'relevance' && matching.choices.length === 0 ? 'hot' : sort
  const plan = planSearch({
    rowCount,
    choices,
    names: matching.nameChoices,
    needed: query.limit + 1 + (position ? 0 : offset),
    isChecked: matching.checks.length > 0,
    hasPostings: columns.base > 0 && (sort === 'relevance' || sort === 'hot'),
  })
  const met =
    position || matching.checks.length > 0 || (order !== 'relevance' && order !== 'hot')
      ? null
      : meetPostings({
          ...{ match, rare, columns },
          names: plan.namesAreFew && order === 'relevance' ? names : null,
          candidates: order === 'relevance' ? plan.candidates : 0,
          end: query.limit + 1 + offset,
        })
  const page = await readPage({
    match,
    names,
    filters: narrowed({ all: [], any: [], none: matching.match.none }, [], filters),
    checks: matching.checks,
    plan,
    text: {
      plain: wordsOf(q).join(' '),
      folded: q.toLowerCase(),
      handle: q.toLowerCase().replace(/^@/, ''),
      tsquery: matching.tsquery,
      explains,
    },
    sort: order,
    limit: query.limit,
    offset: position ? 0 : offset,
    after: position && { phase: position.phase, key: position.key, id: position.id },
    wantsCount: !position && !estimate,
    budgetMs: BUDGET_MS,
    base: columns.base,
    places: met?.places ?? null,
    placesAreAll: met?.placesAreAll ?? false,
    placesNeeded: met?.placesNeeded ?? 0,
    namePlaces: met?.namePlaces ?? null,
  })
  followBase(page.base)
  const counted = estimate ?? countOf(page, columns, met)
  if (!position && counted && !counted.isExact) estimates.set(estimateKey, counted)
  return pageOf(page, { query, sort, offset, position, counted, corrections: matching.corrections })
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

/** The total and the facets; null when the page was not asked for them or had no time left. */
function countOf(page: PageRead, columns: FacetColumns, met: Met | null): Estimate | null {
  if (page.total === null) return null
  if (met && page.isGiven) {
    const { total, isExact, share, facets } = countMet(met, page.places, page.total, columns)
    return { total, isExact, facets: dictionary.count(isExact ? page.facets : '', share, facets) }
  }
  const facets = page.allFacets
    ? namedFacets(page.allFacets)
    : dictionary.count(page.facets, page.share ?? 1, columns.count(readPlaces(page.places)))
  return { total: page.total, isExact: page.totalIsExact, facets }
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
