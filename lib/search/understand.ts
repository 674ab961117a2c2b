/** Owns the first statement of a search: asks the database what the words and filters of a query mean. */
import 'server-only'
import { type Beginnings, resolveSearch } from './data.ts'
import { FacetDictionary } from './facets.ts'
import { addWords, parseQuery } from './parse-query.ts'
import { type KeyCount, type Matching, matchOf, placesOf } from './plan.ts'

export interface Understanding {
  /** Roughly how many entries the catalogue has. */
  rowCount: number
  /** The index holds nothing at all. */
  isEmpty: boolean
  /** Null when some word or filter stands in no entry, or when the text has no words: nothing can match. */
  found: { matching: Matching; filters: KeyCount[] } | null
  beginnings: Beginnings | null
}

/** Names of facets by their numbers; grows with every answer. */
export const dictionary = new FacetDictionary()

export async function understand(
  q: string,
  filterKeys: readonly string[],
  options: { suggests: boolean } = { suggests: false },
): Promise<Understanding> {
  const parsed = parseQuery(q)
  // A typed key:value is asked for both as a tag and, should there be none, by its words.
  const withTagWords = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) addWords(withTagWords, tag)
  const words = [...placesOf(withTagWords).keys()]
  const { beginnings, ...resolution } = await resolveSearch({
    words,
    lastIsBeginning: parsed.endsInBeginning && words.length > 0,
    facets: [...filterKeys, ...parsed.tags.map((tag) => `t:${tag}`)],
    knownFacet: dictionary.knownUpTo,
    suggestsFor: options.suggests ? q : null,
  })
  dictionary.learn(resolution.newFacets ?? [])
  const { rowCount, isEmpty } = resolution
  const isWordless = q !== '' && parsed.groups.length + parsed.tags.length + parsed.excluded.length === 0
  if (isWordless) return { rowCount, isEmpty, found: null, beginnings }
  const known = resolution.facets ?? {}
  const filters = filterKeys.flatMap((key) => (known[key] ? [known[key]] : []))
  if (filters.length < filterKeys.length) return { rowCount, isEmpty, found: null, beginnings }
  const worded = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) {
    const facet = known[`t:${tag}`]
    if (facet) filters.push(facet)
    else addWords(worded, tag)
  }
  const matching = matchOf(worded, resolution.words)
  return { rowCount, isEmpty, found: matching && { matching, filters }, beginnings }
}
