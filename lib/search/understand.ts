/** Owns the first statement of a search: asks the database what the words and filters of a query mean. */
import 'server-only'
import { type Beginnings, resolveSearch } from './data.ts'
import { FacetDictionary } from './facets.ts'
import { type Matching, matchOf, placesOf } from './matching.ts'
import { addWords, parseQuery } from './parse-query.ts'
import type { Filter } from './plan.ts'

export interface Understanding {
  /** Roughly how many entries the catalogue has. */
  rowCount: number
  /** The index holds nothing at all. */
  isEmpty: boolean
  /** Null when some word or filter stands in no entry, or when the text has no words: nothing can match. */
  found: { matching: Matching; filters: Filter[] } | null
  beginnings: Beginnings | null
  /** The places of keys that few entries have, as of the rebuild `base` that was asked for. */
  rare: ReadonlyMap<number, Int32Array>
  /** What the database had seen; empty when it was not asked, or has seen nothing new `since`. */
  snapshot: string
}

/** Every entry has one of the two. */
const OPPOSITES: Record<string, string> = { 'p:free': 'p:paid', 'p:paid': 'p:free' }

/** Names of facets by their numbers; grows with every answer. */
export const dictionary = new FacetDictionary()

const NOTHING_RARE: ReadonlyMap<number, Int32Array> = new Map()

/** So many new ones come with an answer; a process that has just begun may lack more. */
const NEW_FACETS_MAX = 50_000
let learning: Promise<void> | undefined

/** Once for all who wait: the names of all facets, however many. */
function learnOthers(): Promise<void> {
  learning ??= learnAll().finally(() => (learning = undefined))
  return learning
}

async function learnAll(): Promise<void> {
  for (let isWhole = false; !isWhole;) {
    const resolved = await resolveSearch({
      ...{ words: [], lastIsBeginning: false, facets: [], knownFacet: dictionary.knownUpTo },
      ...{ base: 0, suggestsFor: null, since: null },
    })
    const facets = resolved?.newFacets ?? []
    dictionary.learn(facets)
    isWhole = facets.length < NEW_FACETS_MAX
  }
}

/** Only plans are made from it. */
let lastRowCount = 0

export async function understand(
  q: string,
  filterKeys: readonly string[],
  options: { suggests: boolean; needsAll: boolean; base: number; since?: string },
): Promise<Understanding> {
  const parsed = parseQuery(q)
  // A later page of the whole listing asks for nothing that could mean something.
  if (!options.needsAll && q === '' && filterKeys.length === 0 && lastRowCount > 0) {
    const matching = matchOf(parsed, [])
    return {
      rowCount: lastRowCount,
      isEmpty: false,
      found: matching && { matching, filters: [] },
      beginnings: null,
      rare: NOTHING_RARE,
      snapshot: '',
    }
  }
  // A typed key:value is asked for both as a tag and, should there be none, by its words.
  const withTagWords = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) addWords(withTagWords, tag)
  const places = placesOf(withTagWords)
  const words = [...places.keys()]
  const resolved = await resolveSearch({
    words,
    lastIsBeginning: parsed.endsInBeginning && words.length > 0,
    facets: [
      ...filterKeys,
      ...filterKeys.flatMap((key) => OPPOSITES[key] ?? []),
      ...parsed.tags.map((tag) => `t:${tag}`),
    ],
    knownFacet: dictionary.knownUpTo,
    base: options.base,
    suggestsFor: options.suggests ? q : null,
    since: options.since ?? null,
  })
  if (!resolved)
    return {
      ...{ rowCount: lastRowCount, isEmpty: false, found: null, beginnings: null },
      ...{ rare: NOTHING_RARE, snapshot: '' },
    }
  const { beginnings, ...resolution } = resolved
  dictionary.learn(resolution.newFacets ?? [])
  if ((resolution.newFacets?.length ?? 0) >= NEW_FACETS_MAX) await learnOthers()
  const { rowCount, isEmpty, snapshot } = resolution
  lastRowCount = rowCount
  const rare = new Map(
    Object.entries(resolution.rarePlaces ?? {}).map(([key, places]) => [
      Number(key),
      Int32Array.from(places),
    ]),
  )
  const known = { rowCount, isEmpty, beginnings, rare, snapshot }
  const isWordless = q !== '' && parsed.groups.length + parsed.tags.length + parsed.excluded.length === 0
  if (isWordless) return { ...known, found: null }
  const facets = resolution.facets ?? {}
  const filterOf = (key: string): Filter[] => {
    const facet = facets[key]
    return facet ? [{ id: facet[0], count: facet[1], opposite: facets[OPPOSITES[key] ?? ''] ?? null }] : []
  }
  const filters = filterKeys.flatMap(filterOf)
  if (filters.length < filterKeys.length) return { ...known, found: null }
  const worded = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) {
    const [facet] = filterOf(`t:${tag}`)
    if (facet) filters.push(facet)
    else addWords(worded, tag)
  }
  const matching = matchOf(worded, resolution.words, places)
  return { ...known, found: matching && { matching, filters } }
}
