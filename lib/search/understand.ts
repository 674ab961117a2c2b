/** Owns the first statement of a search: asks the database what the words and filters of a query mean. */
import 'server-only'
import { processWide } from '#lib/platform/process-wide'
import { type Beginnings, type Question, type Resolution, resolveSearch } from './data.ts'
import { FacetDictionary } from './facets.ts'
import { holdPlaces } from './held-postings.ts'
import { recallMeanings, rememberMeanings } from './known-words.ts'
import { type Matching, matchOf, placesOf } from './matching.ts'
import { addWords, parseQuery, type ParsedQuery } from './parse-query.ts'
import type { Filter } from './plan.ts'

/** What was asked for: as people wrote it, and as the database is asked what it means. */
export interface Request {
  q: string
  parsed: ParsedQuery
  filterKeys: readonly string[]
  /** Which of the words asked for is meant by each that was written. */
  places: ReadonlyMap<string, number>
  question: Question
}

export interface Understanding {
  /** Roughly how many entries the catalogue has. */
  rowCount: number
  /** The index holds nothing at all. */
  isEmpty: boolean
  /** Null when some word or filter stands in no entry, or when the text has no words: nothing can match. */
  found: { matching: Matching; filters: Filter[] } | null
  beginnings: Beginnings | null
  /** What the database had seen; empty when it was not asked, or has seen nothing new `since`. */
  snapshot: string
  /** The database took too long to say. */
  isOverdue: boolean
}

/** Every entry has one of the two. */
const OPPOSITES: Record<string, string> = { 'p:free': 'p:paid', 'p:paid': 'p:free' }

/** Names of facets by their numbers; grows with every answer. */
export const dictionary = processWide('search-facet-names', () => new FacetDictionary())

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
    const facets = typeof resolved === 'string' ? [] : (resolved.newFacets ?? [])
    dictionary.learn(facets)
    isWhole = facets.length < NEW_FACETS_MAX
  }
}

/** @param base the rebuild whose postings are met here; 0 for none. */
export function requestOf(q: string, filterKeys: readonly string[], base: number): Request {
  const parsed = parseQuery(q)
  // A typed key:value is asked for both as a tag and, should there be none, by its words.
  const withTagWords = { ...parsed, groups: [...parsed.groups] }
  for (const tag of parsed.tags) addWords(withTagWords, tag)
  const places = placesOf(withTagWords)
  const words = [...places.keys()]
  const facets = [
    ...filterKeys,
    ...filterKeys.flatMap((key) => OPPOSITES[key] ?? []),
    ...parsed.tags.map((tag) => `t:${tag}`),
  ]
  const lastIsBeginning = parsed.endsInBeginning && words.length > 0
  return {
    ...{ q, parsed, filterKeys, places },
    question: { words, lastIsBeginning, facets, knownFacet: dictionary.knownUpTo, base },
  }
}

export async function understand(
  request: Request,
  options: { suggests: boolean; since?: string },
): Promise<Understanding> {
  const resolved = await resolveSearch({
    ...request.question,
    suggestsFor: options.suggests ? request.q : null,
    since: options.since ?? null,
  })
  if (typeof resolved === 'string')
    return {
      ...{ rowCount: 0, isEmpty: false, found: null, beginnings: null, snapshot: '' },
      isOverdue: resolved === 'overdue',
    }
  const { beginnings, ...resolution } = resolved
  const understanding = learn(request, resolution)
  if ((resolution.newFacets?.length ?? 0) >= NEW_FACETS_MAX) await learnOthers()
  return { ...understanding, beginnings }
}

/** What the database says that the request means, kept for the next who asks. */
export function learn(request: Request, resolution: Resolution): Understanding {
  const { question } = request
  dictionary.learn(resolution.newFacets ?? [])
  if (resolution.rarePlaces) holdPlaces(question.base, resolution.rarePlaces)
  rememberMeanings(question, resolution)
  return meaningOf(request, resolution)
}

/** What this process remembers of it, to be checked by the database since those snapshots; null when it does not. */
export function recall(request: Request): { understanding: Understanding; snapshots: string[] } | null {
  // Names of facets that are still to come come along with what words mean.
  if (dictionary.hasGap) return null
  const recalled = recallMeanings(request.question)
  return (
    recalled && {
      understanding: meaningOf(request, recalled.resolution),
      snapshots: recalled.snapshots,
    }
  )
}

function meaningOf({ q, parsed, filterKeys, places }: Request, resolution: Resolution): Understanding {
  const { rowCount, isEmpty, snapshot } = resolution
  const known = { rowCount, isEmpty, beginnings: null, snapshot, isOverdue: false }
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
