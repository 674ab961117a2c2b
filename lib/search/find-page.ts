/** Owns the second statement of a search: plans it from what words mean, reads the page, counts what matches. */
import 'server-only'
import { type PageRead, type Question, readPage, type Resolution } from './data.ts'
import { type FacetColumns, followBase } from './facet-columns.ts'
import { namedFacets } from './facets.ts'
import type { Matching } from './matching.ts'
import { countMet, type Met, meetPostings } from './meet-postings.ts'
import { wordsOf } from './parse-query.ts'
import { readPlaces } from './place-sets.ts'
import { type Filter, type KeySets, narrowed, planSearch, type SearchPlan } from './plan.ts'
import { type Estimate, estimates } from './remembered.ts'
import type { PageCursor } from './rules.ts'
import type { MarketplaceQuery, MarketplaceSort } from './schemas.ts'
import { dictionary } from './understand.ts'

/** What one search may take in the database before counting is left out. */
const BUDGET_MS = 250

export interface Search {
  query: MarketplaceQuery
  q: string
  sort: MarketplaceSort
  position: PageCursor | null
  offset: number
  columns: FacetColumns
  explains: boolean
  matching: Matching
  filters: Filter[]
  rowCount: number
  /** Where the meaning of the words was remembered: what to check, and since when. */
  asked: (Question & { since: readonly string[] }) | null
}

export interface FoundPage {
  page: PageRead
  counted: Estimate | null
  corrections: Matching['corrections']
}

/** A page, or what words mean now when that has changed since. @throws Problem as `readPage` */
export async function findPage(search: Search): Promise<FoundPage | { resolution: Resolution }> {
  const { query, position, offset, columns, matching, filters } = search
  const match = narrowed(matching.match, matching.choices, filters)
  const estimateKey = JSON.stringify([match, matching.checks])
  const estimate = position ? undefined : estimates.get(estimateKey)
  const names = matching.names && narrowed(matching.names, matching.nameChoices ?? [], filters)
  // A tag alone in the box leaves no words to be relevant to.
  const order = search.sort === 'relevance' && matching.choices.length === 0 ? 'hot' : search.sort
  const plan = planOf(search, order)
  const wantsCount = !position && !estimate
  const met = meetingOf(search, { match, names, order, plan, wantsCount })
  const page = await readPage({
    match,
    names,
    filters: narrowed({ all: [], any: [], none: matching.match.none }, [], filters),
    checks: matching.checks,
    plan,
    text: textOf(search),
    sort: order,
    limit: query.limit,
    offset: position ? 0 : offset,
    after: position && { phase: position.phase, key: position.key, id: position.id },
    wantsCount,
    budgetMs: BUDGET_MS,
    base: columns.base,
    places: met?.places ?? null,
    placesAreAll: met?.placesAreAll ?? false,
    placesNeeded: met?.placesNeeded ?? 0,
    namePlaces: met?.namePlaces ?? null,
    asked: search.asked,
  })
  if (!('items' in page)) return { resolution: page }
  followBase(page.base)
  const counted = estimate ?? countOf(page, columns, met)
  if (!position && counted && !counted.isExact) estimates.set(estimateKey, counted)
  return { page, counted, corrections: matching.corrections }
}

function planOf(
  { query, position, offset, columns, matching, filters, rowCount }: Search,
  order: MarketplaceSort,
) {
  return planSearch({
    rowCount,
    choices: [...matching.choices, ...filters.map(({ id, count }) => ({ ids: [id], count }))],
    names: matching.nameChoices,
    needed: query.limit + 1 + (position ? 0 : offset),
    isChecked: matching.checks.length > 0,
    hasPostings: columns.base > 0 && (order === 'relevance' || order === 'hot'),
  })
}

function meetingOf(
  { query, position, offset, columns, matching }: Search,
  page: {
    match: KeySets
    names: KeySets | null
    order: MarketplaceSort
    plan: SearchPlan
    wantsCount: boolean
  },
): Met | null {
  if (position || matching.checks.length > 0) return null
  const { match, names, order, plan, wantsCount } = page
  if (order === 'relevance' || order === 'hot')
    return meetPostings({
      ...{ match, columns },
      names: plan.namesAreFew && order === 'relevance' ? names : null,
      candidates: order === 'relevance' ? plan.candidates : 0,
      end: query.limit + 1 + offset,
    })
  // In other orders the database finds the page; what was met is only counted.
  const met = wantsCount ? meetPostings({ match, columns, names: null, candidates: 0, end: 0 }) : null
  return met && { ...met, places: '', placesAreAll: true, placesNeeded: 0 }
}

function textOf({ q, matching, explains }: Search) {
  const { tsquery, nameQuery } = matching
  const folded = q.toLowerCase()
  return {
    ...{ plain: wordsOf(q).join(' '), folded, handle: folded.replace(/^@/, '') },
    ...{ tsquery, nameQuery, explains },
  }
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
