/**
 * Owns the counting of facets: the database hands over one character for each facet of each matching row, here they are
 * counted and named. Pure but for the dictionary, which grows as the database tells of new keys.
 */
import 'server-only'
import type { TagCount } from './schemas.ts'

export interface FacetCount {
  value: string
  count: number
}

export interface FacetCounts {
  kinds: FacetCount[]
  categories: FacetCount[]
  prices: FacetCount[]
  ratings: FacetCount[]
  tags: TagCount[]
}

export class FacetDictionary {
  readonly #keys: string[] = []
  /** Most facets are tags: asking a number is quicker than asking a text. */
  readonly #tags = new Set<number>()
  /** The highest id up to which every key is known: ask the database for those above it. */
  #knownUpTo = 0
  #highest = 0

  get knownUpTo(): number {
    return this.#knownUpTo
  }

  /** A key was met whose name is not known yet. */
  get hasGap(): boolean {
    return this.#knownUpTo < this.#highest
  }

  learn(keys: readonly [id: number, key: string][]): void {
    for (const [id, key] of keys) {
      this.#keys[id] = key
      if (key.startsWith('t:')) this.#tags.add(id)
      this.#knownUpTo = Math.max(this.#knownUpTo, id)
      this.#highest = Math.max(this.#highest, id)
    }
  }

  /** `share` is the part of all matches that `facets` and `others` hold; counts are scaled up by it. */
  count(
    facets: string,
    share: number,
    others: ReadonlyMap<number, number> = new Map(),
    tagsMax = 100,
  ): FacetCounts {
    const uses = facets === '' ? others : merged(countCharacters(facets), others)
    const tags: [id: number, used: number][] = []
    const counted: [key: string, count: number][] = []
    for (const [id, used] of uses) {
      const key = this.#keys[id]
      // Ids are handed out before their writer commits: one may turn up after a higher one. Ask again from there.
      if (key === undefined) this.#knownUpTo = Math.min(this.#knownUpTo, id - 1)
      else if (this.#tags.has(id)) tags.push([id, used])
      else if (!isFilterOnly(key)) counted.push([key, Math.round(used / share)])
    }
    const best = mostUsed(tags, tagsMax).map(
      ([id, used]) => [this.#keys[id] ?? '', Math.round(used / share)] as [string, number],
    )
    return namedFacets([...best, ...counted.sort(([, a], [, b]) => b - a)], tagsMax)
  }
}

/** `into` with what the others hold added. */
function merged(into: Map<number, number>, others: ReadonlyMap<number, number>): Map<number, number> {
  for (const [id, used] of others) into.set(id, (into.get(id) ?? 0) + used)
  return into
}

/** Stores and registries: thousands of them in one answer, and nobody shows their counts. */
function isFilterOnly(key: string): boolean {
  return key.startsWith('s:') || key.startsWith('r:')
}

/** Most used first, at most so many. Only those that can be among them are sorted. */
function mostUsed(counted: [id: number, used: number][], max: number): [id: number, used: number][] {
  if (counted.length <= max) return counted.sort(([, a], [, b]) => b - a)
  const least = Uint32Array.from(counted, ([, used]) => used).sort()[counted.length - max] ?? 0
  return counted
    .filter(([, used]) => used >= least)
    .sort(([, a], [, b]) => b - a)
    .slice(0, max)
}

/** The same from counted keys. */
export function namedFacets(counted: readonly [key: string, count: number][], tagsMax = 100): FacetCounts {
  const counts: FacetCounts = { kinds: [], categories: [], prices: [], ratings: [], tags: [] }
  for (const [key, count] of counted) addFacet(counts, key, count)
  counts.tags = counts.tags.slice(0, tagsMax)
  return counts
}

function addFacet(counts: FacetCounts, key: string, count: number): void {
  const value = key.slice(2)
  if (key.startsWith('t:')) counts.tags.push(tagCount(value, count))
  else if (key.startsWith('k:')) counts.kinds.push({ value, count })
  else if (key.startsWith('c:')) counts.categories.push({ value, count })
  else if (key.startsWith('p:')) counts.prices.push({ value, count })
  else if (key.startsWith('g:')) counts.ratings.push({ value, count })
}

function tagCount(tag: string, count: number): TagCount {
  const colon = tag.indexOf(':')
  return { key: tag.slice(0, colon), value: tag.slice(colon + 1), count }
}

/** One for all: counting is synchronous, and each count leaves it as it found it. */
const small = new Uint32Array(65_536)

function countCharacters(text: string): Map<number, number> {
  const counts = new Map<number, number>()
  const touched: number[] = []
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const id = text.codePointAt(index) ?? unit
      counts.set(id, (counts.get(id) ?? 0) + 1)
      index += 1
      continue
    }
    const used = small[unit] ?? 0
    if (used === 0) touched.push(unit)
    small[unit] = used + 1
  }
  for (const id of touched) {
    counts.set(id, small[id] ?? 0)
    small[id] = 0
  }
  return counts
}
