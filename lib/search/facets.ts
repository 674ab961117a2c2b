/**
 * Owns the counting of facets: the database hands over one character for each facet of each matching row, here they are
 * counted and named. Pure but for the dictionary, which grows as the database tells of new keys.
 */
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
  /** The highest id up to which every key is known: ask the database for those above it. */
  #knownUpTo = 0

  get knownUpTo(): number {
    return this.#knownUpTo
  }

  learn(keys: readonly [id: number, key: string][]): void {
    for (const [id, key] of keys) {
      this.#keys[id] = key
      this.#knownUpTo = Math.max(this.#knownUpTo, id)
    }
  }

  /** `share` is the part of all matches that `facets` holds; counts are scaled up by it. */
  count(facets: string, share: number, tagsMax = 100): FacetCounts {
    const uses = countCharacters(facets)
    const counts: FacetCounts = { kinds: [], categories: [], prices: [], ratings: [], tags: [] }
    const tags: [tag: string, used: number][] = []
    for (const [id, used] of uses) {
      const key = this.#keys[id]
      if (key === undefined) {
        // Ids are handed out before their writer commits: one may turn up after a higher one. Ask again from there.
        this.#knownUpTo = Math.min(this.#knownUpTo, id - 1)
        continue
      }
      const value = key.slice(2)
      const count = Math.round(used / share)
      if (key.startsWith('t:')) tags.push([value, used])
      else if (key.startsWith('k:')) counts.kinds.push({ value, count })
      else if (key.startsWith('c:')) counts.categories.push({ value, count })
      else if (key.startsWith('p:')) counts.prices.push({ value, count })
      else if (key.startsWith('g:')) counts.ratings.push({ value, count })
    }
    const byCount = (a: FacetCount, b: FacetCount) => b.count - a.count || (a.value < b.value ? -1 : 1)
    for (const list of [counts.kinds, counts.categories, counts.prices, counts.ratings]) list.sort(byCount)
    counts.tags = tags
      .sort(([, a], [, b]) => b - a)
      .slice(0, tagsMax)
      .map(([tag, used]) => tagCount(tag, Math.round(used / share)))
    return counts
  }
}

function tagCount(tag: string, count: number): TagCount {
  const colon = tag.indexOf(':')
  return { key: tag.slice(0, colon), value: tag.slice(colon + 1), count }
}

function countCharacters(text: string): Map<number, number> {
  const counts = new Map<number, number>()
  const small = new Uint32Array(65_536)
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit < 0xd800 || unit > 0xdfff) small[unit] = (small[unit] ?? 0) + 1
    else {
      const id = text.codePointAt(index) ?? unit
      counts.set(id, (counts.get(id) ?? 0) + 1)
      index += 1
    }
  }
  for (let id = 0; id < small.length; id += 1) {
    const used = small[id] ?? 0
    if (used > 0) counts.set(id, used)
  }
  return counts
}
