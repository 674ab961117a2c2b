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

/** How often each facet occurs: two lists side by side, for a map of thousands costs more than the counting. */
export interface Tally {
  ids: Int32Array
  counts: Uint32Array
}

export const NO_TALLY: Tally = { ids: new Int32Array(), counts: new Uint32Array() }

/** What a facet is to whoever is shown counts. Stores and registries: thousands of them, and nobody shows their counts. */
const [UNKNOWN, TAG, SHOWN, FILTER_ONLY] = [0, 1, 2, 3]
const FIRST_ROOM = 4_096

export class FacetDictionary {
  readonly #keys: string[] = []
  /** By id, as above. */
  #roles = new Uint8Array(FIRST_ROOM)
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
      this.#setRole(id, roleOf(key))
      this.#knownUpTo = Math.max(this.#knownUpTo, id)
      this.#highest = Math.max(this.#highest, id)
    }
  }

  /** `share` is the part of all matches that `facets` and `others` hold; counts are scaled up by it. */
  count(facets: string, share: number, others: Tally = NO_TALLY, tagsMax = 100): FacetCounts {
    const { ids, counts } = facets === '' ? others : sumOf(countCharacters(facets), others)
    const least = this.#leastOfBest(ids, counts, tagsMax)
    const tags: [id: number, used: number][] = []
    const shown: [id: number, used: number][] = []
    for (let at = 0; at < ids.length; at += 1) {
      const [id, used] = [ids[at] ?? 0, counts[at] ?? 0]
      const role = this.#roles[id] ?? UNKNOWN
      // Ids are handed out before their writer commits: one may turn up after a higher one. Ask again from there.
      if (role === UNKNOWN) this.#knownUpTo = Math.min(this.#knownUpTo, id - 1)
      else if (role === SHOWN) shown.push([id, used])
      else if (role === TAG && used >= least) tags.push([id, used])
    }
    const named = (counted: [id: number, used: number][]) =>
      counted
        .sort(([, a], [, b]) => b - a)
        .map(([id, used]): [string, number] => [this.#keys[id] ?? '', Math.round(used / share)])
    return namedFacets([...named(tags), ...named(shown)], tagsMax)
  }

  /** What a tag must at least be used to be among the `max` most used. No more of them are sorted than may be shown. */
  #leastOfBest(ids: Int32Array, counts: Uint32Array, max: number): number {
    let [tags, most] = [0, 0]
    for (let at = 0; at < ids.length; at += 1) {
      if (this.#roles[ids[at] ?? 0] !== TAG) continue
      tags += 1
      most = Math.max(most, counts[at] ?? 0)
    }
    if (tags <= max) return 0
    const withCount = new Uint32Array(most + 1)
    for (let at = 0; at < ids.length; at += 1) {
      if (this.#roles[ids[at] ?? 0] !== TAG) continue
      const used = counts[at] ?? 0
      withCount[used] = (withCount[used] ?? 0) + 1
    }
    let least = most
    for (let found = withCount[least] ?? 0; found < max; found += withCount[least] ?? 0) least -= 1
    return least
  }

  #setRole(id: number, role: number): void {
    if (id >= this.#roles.length) {
      const roles = new Uint8Array(Math.max(2 * this.#roles.length, id + 1))
      roles.set(this.#roles)
      this.#roles = roles
    }
    this.#roles[id] = role
  }
}

function roleOf(key: string): number {
  if (key.startsWith('t:')) return TAG
  return key.startsWith('s:') || key.startsWith('r:') ? FILTER_ONLY : SHOWN
}

function sumOf(a: Tally, b: Tally): Tally {
  if (b.ids.length === 0) return a
  const uses = new Map<number, number>()
  for (const { ids, counts } of [a, b])
    for (const [at, id] of ids.entries()) uses.set(id, (uses.get(id) ?? 0) + (counts[at] ?? 0))
  return tallyOf(uses)
}

export function tallyOf(uses: ReadonlyMap<number, number>): Tally {
  return { ids: Int32Array.from(uses.keys()), counts: Uint32Array.from(uses.values()) }
}

/** The same from counted keys, the most used first. */
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

function countCharacters(text: string): Tally {
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
  return tallyOf(counts)
}
