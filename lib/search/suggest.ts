import 'server-only'
import type { PackageCard } from '#lib/catalog/schemas'
import { readPage } from './data.ts'
import { currentColumns, followBase } from './facet-columns.ts'
import { meetPostings } from './meet-postings.ts'
import { searchableText } from './parse-query.ts'
import { narrowed, planSearch } from './plan.ts'
import { rememberedSuggestions } from './remembered.ts'
import type { Suggestions } from './schemas.ts'
import { requestOf, understand, type Understanding } from './understand.ts'

const EACH_MAX = 8
const BUDGET_MS = 50

/** Popular searches, packages by their names and tags that begin with what has been typed; at most eight of each. */
export async function suggest(typed: string): Promise<Suggestions> {
  const q = searchableText(typed)
  if (q === '') return { queries: [], packages: [], tags: [] }
  const recalled = rememberedSuggestions.get(q)
  const understanding = await understand(requestOf(q, [], currentColumns().base), {
    suggests: true,
    since: recalled?.snapshot,
  })
  if (understanding.isOverdue) return recalled?.suggestions ?? { queries: [], packages: [], tags: [] }
  if (recalled && understanding.snapshot === '') return recalled.suggestions
  const { queries = [], tags = [], handles = [] } = understanding.beginnings ?? {}
  const suggestions = {
    queries,
    packages: handles.length > 0 ? handles : await namedPackages(understanding),
    tags: tags.map(([key, count]) => {
      const [, name = '', ...value] = key.split(':')
      return { key: name, value: value.join(':'), count }
    }),
  }
  rememberedSuggestions.set(q, { suggestions, snapshot: understanding.snapshot })
  return suggestions
}

/** The most popular packages whose names hold every word. */
async function namedPackages({ rowCount, found }: Understanding): Promise<PackageCard[]> {
  const { names, nameChoices } = found?.matching ?? {}
  if (!names || !nameChoices || nameChoices.length === 0) return []
  const columns = currentColumns()
  const match = narrowed(names, nameChoices, found?.filters ?? [])
  const met = meetPostings({ match, names: null, columns, candidates: 0, end: EACH_MAX + 1 })
  const page = await readPage({
    match,
    names: null,
    filters: { all: [], any: [], none: [] },
    checks: [],
    // Nothing is ranked: a page is all it takes.
    plan: {
      ...planSearch({ rowCount, choices: nameChoices, names: null, needed: EACH_MAX, isChecked: false }),
      candidates: EACH_MAX,
    },
    text: { plain: '', folded: '', handle: '', tsquery: '', nameQuery: '', explains: false },
    sort: 'hot',
    limit: EACH_MAX,
    offset: 0,
    after: null,
    wantsCount: false,
    budgetMs: BUDGET_MS,
    base: columns.base,
    places: met?.places ?? null,
    placesAreAll: met?.placesAreAll ?? false,
    placesNeeded: met?.placesNeeded ?? 0,
    namePlaces: null,
    asked: null,
  })
  if (!('items' in page)) return []
  followBase(page.base)
  return page.items
}
