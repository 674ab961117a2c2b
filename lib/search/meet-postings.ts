/** Owns finding by held postings: which places match, what to ask the database for, and how the answer is counted. */
import 'server-only'
import type { FacetColumns } from './facet-columns.ts'
import type { Tally } from './facets.ts'
import { heldKeys } from './held-postings.ts'
import { countOf, everyNth, firstOf, meet, type PlaceSet, readPlaces, without } from './place-sets.ts'
import type { KeySets } from './plan.ts'

/** More than any page needs, for rows that have lost their places since. */
const SPARE = 40
const NAMED_MAX = 40
/** Names, exact names and handles that are ranked whether or not they are popular. */
const NAMES_MAX = 200
const EXACT_MAX = 10_000
const SAMPLE = 5_000
/** Deeper pages are found by the database. */
const NEEDED_MAX = 2_000

export interface Met {
  set: PlaceSet
  size: number
  /** For the statement that reads the page: numbers with commas between. */
  places: string
  placesAreAll: boolean
  placesNeeded: number
  namePlaces: string | null
}

export interface MeetRequest {
  match: KeySets
  names: KeySets | null
  columns: FacetColumns
  /** How many matches are ranked, and the end of the page. */
  candidates: number
  end: number
}

/** Null when this process does not hold what it takes: then the database meets the postings. */
export function meetPostings({ match, names, columns, candidates, end }: MeetRequest): Met | null {
  // Behind the ranked ones come the others but for those that were ranked for their names.
  const needed = end < candidates ? candidates : candidates + end + NAMES_MAX
  if (columns.base === 0 || needed > NEEDED_MAX || match.all.length + match.any.length === 0) return null
  const keys = heldKeys(match, columns)
  if (!keys) return null
  const set = meet(keys, columns.size)
  const first = firstOf(set, needed + SPARE)
  const nameKeys = names && heldKeys(names, columns)
  return {
    set,
    size: columns.size,
    places: first.join(','),
    placesAreAll: first.length < needed + SPARE,
    placesNeeded: needed,
    namePlaces: nameKeys && firstOf(meet(nameKeys, columns.size), NAMED_MAX + SPARE).join(','),
  }
}

export interface Counted {
  total: number
  isExact: boolean
  /** The part of all matches whose facets were counted. */
  share: number
  facets: Tally
}

/** Total and facets of what was met, less the rows at stale places, which the database counts by what they hold now. */
export function countMet({ set, size }: Met, stale: string, fresh: number, columns: FacetColumns): Counted {
  const standing = stale === '' ? set : without(set, { list: readPlaces(stale) }, size)
  const total = countOf(standing)
  const isExact = total + fresh <= EXACT_MAX
  const step = isExact ? 1 : 2 + Math.floor(total / SAMPLE)
  return {
    total: total + fresh,
    isExact,
    share: 1 / step,
    facets: columns.count(everyNth(standing, step, total)),
  }
}
