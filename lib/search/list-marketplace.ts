import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { type PageRead, type Resolution, readPage, resolveSearch } from './data.ts'
import { FacetDictionary } from './facets.ts'
import { addWords, type ParsedQuery, parseQuery, wordsOf } from './parse-query.ts'
import { type KeyCount, type Matching, matchOf, placesOf, planSearch } from './plan.ts'
import { effectiveSort, filterKeys, type PageCursor, pageCursor } from './rules.ts'
import type { MarketplacePage, MarketplaceQuery, MarketplaceSort } from './schemas.ts'

/** What one search may take in the database before it answers with what it has. */
const BUDGET_MS = 250

const dictionary = new FacetDictionary()

/**
 * One page of the catalogue with its total and facets, by at most two statements.
 * @throws Problem `bad_request` for a cursor of another order, or a cursor together with an offset.
 */
export async function listMarketplace(query: MarketplaceQuery): Promise<MarketplacePage> {
  const sort = effectiveSort(query)
  const position = positionOf(query, sort)
  const offset = position ? position.offset : (query.offset ?? 0)
  const q = searchableText(query.q ?? '')
  const parsed = parseQuery(q)
  const resolution = await resolve(parsed, filterKeys(query))
  const isWordless = q !== '' && parsed.groups.length + parsed.tags.length + parsed.excluded.length === 0
  const found = isWordless ? null : understand(parsed, resolution, filterKeys(query))
  if (!found) return pageOf(NOTHING, { query, sort, offset, position, corrections: [] })
  const { matching, filters } = found
  const choices = [...matching.choices, ...filters.map(([id, count]) => ({ ids: [id], count }))]
  const filterIds = filters.map(([id]) => id)
  const page = await readPage({
    match: { ...matching.match, all: [...matching.match.all, ...filterIds] },
    names: matching.names && { ...matching.names, all: [...matching.names.all, ...filterIds] },
    filters: { all: filterIds, any: [], none: matching.match.none },
    checks: matching.checks,
    plan: planSearch({
      rowCount: resolution.rowCount,
      choices,
      names: matching.nameChoices,
      needed: query.limit + 1 + (position ? 0 : offset),
      isChecked: matching.checks.length > 0,
    }),
    text: {
      plain: wordsOf(q).join(' '),
      folded: q.toLowerCase(),
      handle: q.toLowerCase().replace(/^@/, ''),
      tsquery: matching.tsquery,
      explains: query.explain === '1',
    },
    // A tag alone in the box leaves no words to be relevant to.
    sort: sort === 'relevance' && matching.choices.length === 0 ? 'hot' : sort,
    limit: query.limit,
    offset: position ? 0 : offset,
    after: position && { phase: position.phase, key: position.key, id: position.id },
    wantsCount: !position,
    budgetMs: BUDGET_MS,
  })
  return pageOf(page, { query, sort, offset, position, corrections: matching.corrections })
}

const NOTHING: PageRead & { facets: string } = {
  items: [],
  next: null,
  total: 0,
  totalIsExact: true,
  share: 1,
  isIncomplete: false,
  scores: null,
  facets: '',
}

/** What JSON and Postgres can carry: no control characters, no half of a surrogate pair. */
function searchableText(q: string): string {
  return q.toWellFormed().replace(/\p{Cc}/gu, ' ').trim()
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

async function resolve(parsed: ParsedQuery, filters: readonly string[]): Promise<Resolution> {
  // A typed key:value is asked for both as a tag and, should there be none, by its words.
  const withTagWords = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) addWords(withTagWords, tag)
  const words = [...placesOf(withTagWords).keys()]
  const resolution = await resolveSearch({
    words,
    lastIsBeginning: parsed.endsInBeginning && words.length > 0,
    facets: [...filters, ...parsed.tags.map((tag) => `t:${tag}`)],
    knownFacet: dictionary.knownUpTo,
  })
  dictionary.learn(resolution.newFacets ?? [])
  return resolution
}

/** What must match, or null when some word or filter is in no entry. */
function understand(
  parsed: ParsedQuery,
  resolution: Resolution,
  keys: readonly string[],
): { matching: Matching; filters: KeyCount[] } | null {
  const known = resolution.facets ?? {}
  const filters: KeyCount[] = []
  for (const key of keys) {
    const facet = known[key]
    if (!facet) return null
    filters.push(facet)
  }
  const worded = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) {
    const facet = known[`t:${tag}`]
    if (facet) filters.push(facet)
    else addWords(worded, tag)
  }
  const matching = matchOf(worded, resolution.words)
  return matching && { matching, filters }
}

function pageOf(
  page: PageRead & { facets: string },
  context: {
    query: MarketplaceQuery
    sort: MarketplaceSort
    offset: number
    position: PageCursor | null
    corrections: Matching['corrections']
  },
): MarketplacePage {
  const { query, sort, offset, position, corrections } = context
  const total = position?.total ?? page.total ?? page.items.length
  const isExact = position?.isExact ?? page.totalIsExact
  const facets = dictionary.count(page.facets, page.share ?? 1)
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
      ...(page.scores ? { scores: page.scores } : {}),
    },
  }
}
