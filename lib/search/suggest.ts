import 'server-only'
import { type PageRead, type PageRequest, readCards, readPage } from './data.ts'
import { currentColumns, followBase } from './facet-columns.ts'
import { SUGGESTIONS_MAX } from './limits.ts'
import { type Met, meetPostings } from './meet-postings.ts'
import { searchableText, wordsOf } from './parse-query.ts'
import { type KeySets, narrowed, planSearch } from './plan.ts'
import { rememberedSuggestions } from './remembered.ts'
import type { Suggestions } from './schemas.ts'
import { requestOf, understand, type Understanding } from './understand.ts'

const BUDGET_MS = 50

type Cards = Pick<PageRead, 'items' | 'base' | 'isIncomplete'>
const NO_CARDS: Cards = { items: [], base: 0, isIncomplete: false }
const NOTHING: Suggestions = { queries: [], packages: [], tags: [] }

/**
 * Popular searches, packages and tags for what has been typed; at most eight of each. Packages are those whose names hold
 * the words and, when no name does, those whose texts do.
 */
export async function suggest(typed: string): Promise<Suggestions> {
  const q = searchableText(typed)
  if (q === '') return NOTHING
  const recalled = rememberedSuggestions.get(q)
  const understanding = await understand(requestOf(q, [], currentColumns().base), {
    suggests: true,
    since: recalled?.snapshot,
  })
  if (understanding.isOverdue) return { ...(recalled?.suggestions ?? NOTHING), incomplete: true }
  if (recalled && understanding.snapshot === '') return recalled.suggestions
  const { queries = [], tags = [], handles = [] } = understanding.beginnings ?? {}
  const offered = handles.length > 0 ? NO_CARDS : await offeredPackages(q, understanding)
  const suggestions = {
    queries,
    packages: handles.length > 0 ? handles : offered.items,
    tags: tags.map(([key, count]) => {
      const [, name = '', ...value] = key.split(':')
      return { key: name, value: value.join(':'), count }
    }),
    ...(offered.isIncomplete ? { incomplete: true } : {}),
  }
  if (!suggestions.incomplete) rememberedSuggestions.set(q, { suggestions, snapshot: understanding.snapshot })
  return suggestions
}

/** The most popular packages whose names hold every word or, when there are none, the first that a search would find. */
async function offeredPackages(q: string, understanding: Understanding): Promise<Cards> {
  if (!understanding.found) return NO_CARDS
  const byName = nameRequest(understanding)
  const byText = textRequest(q, understanding, byName === null)
  const page = byName && byText ? await readCards(byName, byText) : await readOne(byName ?? byText)
  if (page.base !== 0) followBase(page.base)
  return page
}

async function readOne(request: PageRequest | null): Promise<Cards> {
  const page = request && (await readPage(request))
  return page && 'items' in page ? page : NO_CARDS
}

function nameRequest({ rowCount, found }: Understanding): PageRequest | null {
  const { names, nameChoices } = found?.matching ?? {}
  if (!found || !names || !nameChoices || nameChoices.length === 0) return null
  const match = narrowed(names, nameChoices, found.filters)
  const plan = planSearch({
    rowCount,
    choices: nameChoices,
    names: null,
    needed: SUGGESTIONS_MAX,
    isChecked: false,
  })
  const met = meetPostings({ ...SHORT, match, columns: currentColumns(), candidates: 0 })
  // Nothing is ranked: a page is all it takes.
  return { ...pageRequest(match, met), plan: { ...plan, candidates: SUGGESTIONS_MAX }, sort: 'hot' }
}

/** @param isCertain no name can fit. Else it is seldom needed, and not worth holding its postings here. */
function textRequest(q: string, { rowCount, found }: Understanding, isCertain: boolean): PageRequest | null {
  if (!found || found.matching.choices.length === 0) return null
  const { choices, checks, tsquery, nameQuery } = found.matching
  const match = narrowed(found.matching.match, choices, found.filters)
  const plan = planSearch({
    ...{ rowCount, choices, names: null, needed: SUGGESTIONS_MAX + 1, isChecked: checks.length > 0 },
    hasPostings: currentColumns().base > 0,
  })
  const { candidates } = plan
  const met =
    checks.length > 0 || !isCertain
      ? null
      : meetPostings({ ...SHORT, match, columns: currentColumns(), candidates })
  const folded = q.toLowerCase()
  const text = { plain: wordsOf(q).join(' '), folded, handle: folded, tsquery, nameQuery, explains: false }
  return { ...pageRequest(match, met), checks, plan, text, sort: 'relevance' }
}

const SHORT = { names: null, end: SUGGESTIONS_MAX + 1 }

function pageRequest(match: KeySets, met: Met | null): Omit<PageRequest, 'plan' | 'sort'> {
  return {
    ...{ match, names: null, filters: { all: [], any: [], none: [] }, checks: [] },
    text: { plain: '', folded: '', handle: '', tsquery: '', nameQuery: '', explains: false },
    ...{ limit: SUGGESTIONS_MAX, offset: 0, after: null, wantsCount: false, budgetMs: BUDGET_MS },
    base: currentColumns().base,
    places: met?.places ?? null,
    placesAreAll: met?.placesAreAll ?? false,
    placesNeeded: met?.placesNeeded ?? 0,
    namePlaces: null,
    asked: null,
  }
}
