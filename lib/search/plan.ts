/**
 * Owns the choice of how a search is run, from what the dictionary says of its words: read all matches, the most popular
 * of them, or walk the order and test each row. Pure; costs are in microseconds, measured with bench:catalog.
 */
import 'server-only'
/** Id and how many entries have it. */
export type KeyCount = [id: number, count: number]

export interface Meaning {
  word: string
  stem: string
  text: KeyCount | null
  name: KeyCount | null
}

export interface ResolvedWord extends Meaning {
  /** Position among the words asked for. */
  at: number
  /** Says nothing by itself, as "the". */
  isStop: boolean
  others: Meaning[]
  othersAre: 'beginning' | 'correction' | null
}

export interface KeySets {
  all: number[]
  any: number[][]
  none: number[]
}

export interface Choice {
  ids: number[]
  count: number
}

export interface SearchPlan {
  isFew: boolean
  readsHead: boolean
  namesAreFew: boolean
  /** 0: find by keys and sort. */
  walkRows: number
  candidates: number
  least: number
  expected: number
}

/** Beyond this many matches, totals and facet counts are estimates. */
const EXACT_MAX = 10_000
const FEW_MAX = 10_500
/** Reading and meeting so many places takes about a millisecond. */
const POSTINGS_MAX = 250_000
const SMALL_CATALOGUE = 20_000
const WALK_MIN = 2_000
const WALK_MAX = 60_000
const BEGINNINGS_MAX = 10

/** The keys that a word may be found under in texts (or names), the commonest beginnings first. */
export function choiceOf(word: ResolvedWord, field: 'text' | 'name'): Choice {
  const ids = new Map<number, number>()
  const own = word[field]
  if (own) ids.set(...own)
  const total = word.others.reduce((sum, other) => sum + (other[field]?.[1] ?? 0), own?.[1] ?? 0)
  let covered = own?.[1] ?? 0
  for (const other of word.others) {
    const key = other[field]
    if (!key || ids.size >= BEGINNINGS_MAX || (ids.size > 3 && covered >= 0.97 * total)) continue
    ids.set(...key)
    covered += key[1]
  }
  return { ids: [...ids.keys()], count: covered }
}

/** How to run a search for these choices, each of which must be met, over a catalogue of `rowCount`. */
export function planSearch(options: {
  rowCount: number
  choices: readonly Choice[]
  names: readonly Choice[] | null
  needed: number
  isChecked: boolean
  /** Keys are met in postings: more of them are worth reading. */
  hasPostings?: boolean
}): SearchPlan {
  const { rowCount, choices, names, needed, isChecked, hasPostings = false } = options
  const size = Math.max(1, rowCount)
  const least = Math.min(size, ...choices.map(({ count }) => count))
  const share = choices.reduce((product, { count }) => product * Math.min(1, count / size), 1)
  const expected = size * share
  const fewMax = isChecked ? 2_000 : FEW_MAX
  const isFew =
    rowCount <= SMALL_CATALOGUE ||
    least <= fewMax ||
    (expected <= (isChecked ? 4_000 : EXACT_MAX) && least <= 5 * FEW_MAX) ||
    (hasPostings && !isChecked && expected <= 1.2 * EXACT_MAX && least <= POSTINGS_MAX)
  const alternatives = choices.reduce((sum, { ids }) => sum + (ids.length > 1 ? ids.length : 0), 0)
  const candidates = rowCount <= SMALL_CATALOGUE && least <= 300 ? 300 : 48
  const testCost = 0.35 + 0.3 * alternatives + (isChecked ? 4 * share : 0)
  const walkCost = (rows: number) => (rows / Math.max(share, 1e-9)) * testCost
  const headCost = expected / 16 + least / 80
  const walkedRows = Math.ceil((4 * Math.max(needed, candidates)) / Math.max(share, 1e-9))
  return {
    isFew,
    readsHead: !isFew && expected / 16 >= 1.3 * candidates && headCost < walkCost(candidates),
    namesAreFew: names !== null && !isChecked && Math.min(size, ...names.map(({ count }) => count)) <= 3_000,
    walkRows:
      choices.length > 0 && (least <= 200 || (least <= 5 * FEW_MAX && 0.9 * least < walkCost(needed)))
        ? 0
        : Math.min(WALK_MAX, Math.max(WALK_MIN, walkedRows)),
    candidates,
    least,
    expected,
  }
}

/** A filter's key, and the key of all entries that do not have it, where there is one. */
export interface Filter {
  id: number
  count: number
  opposite: KeyCount | null
}

/**
 * The keys with the filters, the rarest first, for that is the order in which they are looked up. A filter that most
 * entries pass is turned around: leaving out the few others costs less.
 */
export function narrowed(keys: KeySets, choices: readonly Choice[], filters: readonly Filter[]): KeySets {
  const counts = new Map(choices.flatMap(({ ids, count }) => (ids.length === 1 ? [[ids[0], count]] : [])))
  const turned = filters.filter(({ count, opposite }) => opposite && opposite[1] < count)
  const isBare = keys.all.length + keys.any.length + filters.length === turned.length
  const kept = isBare ? filters : filters.filter((filter) => !turned.includes(filter))
  for (const { id, count } of kept) counts.set(id, count)
  return {
    ...keys,
    all: [...keys.all, ...kept.map(({ id }) => id)].sort(
      (a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0),
    ),
    none: isBare ? keys.none : [...keys.none, ...turned.flatMap(({ opposite }) => opposite?.[0] ?? [])],
  }
}
