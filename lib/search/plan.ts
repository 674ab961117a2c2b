/**
 * Owns the choice of how a search is run, from what the dictionary says of its words: read all matches, the most popular
 * of them, or walk the order and test each row. Pure; costs are in microseconds, measured with bench:catalog.
 */
import 'server-only'
import type { Operand, ParsedQuery } from './parse-query.ts'

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
/** Each more makes ranking dearer, and the others are rare. */
const RANKED_MAX = 5

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
  const candidates = rowCount <= SMALL_CATALOGUE && least <= 300 ? 300 : 60
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

export interface Matching {
  match: KeySets
  names: KeySets | null
  choices: Choice[]
  nameChoices: Choice[] | null
  /** Operands whose words must stand together, checked row by row. */
  checks: { isExcluded: boolean; operands: Operand[] }[]
  /** For ranking: stems only, so that no text can break its syntax. */
  tsquery: string
  /** The same of names alone; empty where no name can hold all words. */
  nameQuery: string
  /** The words that stand for mistyped ones. */
  corrections: { from: string; to: string }[]
}

/** What rows must hold to match, or null when some word stands in no entry. */
export function matchOf(parsed: ParsedQuery, resolved: readonly ResolvedWord[]): Matching | null {
  const byPlace = new Map(resolved.map((word) => [word.at, word]))
  const hasMeaning = resolved.some(({ isStop }) => !isStop)
  const places = placesOf(parsed)
  const matching: Matching = {
    match: { all: [], any: [], none: [] },
    names: { all: [], any: [], none: [] },
    choices: [],
    nameChoices: [],
    checks: [],
    tsquery: '',
    nameQuery: '',
    corrections: [],
  }
  const stems: string[] = []
  for (const operands of parsed.groups) {
    const words = operands.map((operand) =>
      operand.words.flatMap((word) => byPlace.get(places.get(word) ?? -1) ?? []),
    )
    const known = words.map((list) => (hasMeaning ? list.filter(({ isStop }) => !isStop) : list))
    if (known.every((list) => list.length === 0)) continue
    if (operands.some(({ isPhrase }) => isPhrase)) matching.checks.push({ isExcluded: false, operands })
    const isSingle = operands.length === 1
    const texts = isSingle
      ? (known[0] ?? []).map((word) => choiceOf(word, 'text'))
      : [union(known.flatMap((list) => rarest(list)))]
    if (texts.some(({ ids }) => ids.length === 0)) return null
    for (const choice of texts) add(matching.match, matching.choices, choice)
    addNames(matching, isSingle ? (known[0] ?? []) : null)
    stems.push(stemsOf(known.flat(), isSingle ? ' & ' : ' | '))
    matching.corrections.push(...known.flat().flatMap(correctionOf))
  }
  for (const operand of parsed.excluded) {
    if (operand.isPhrase) matching.checks.push({ isExcluded: true, operands: [operand] })
    else {
      const word = byPlace.get(places.get(operand.words[0] ?? '') ?? -1)
      if (word?.text) matching.match.none.push(word.text[0])
    }
  }
  if (matching.names) matching.names.none = matching.match.none
  matching.tsquery = stems.map((part) => `(${part})`).join(' & ')
  // Label A is that of names.
  if (matching.names) matching.nameQuery = matching.tsquery.replaceAll(/'[^']+'/g, '$&:A')
  return matching
}

/** Each word once, in the order in which the database is asked for them. */
export function placesOf({ groups, excluded }: ParsedQuery): Map<string, number> {
  const words = new Set([...groups.flat(), ...excluded].flatMap((operand) => operand.words))
  return new Map([...words].map((word, index) => [word, index]))
}

function add(keys: KeySets, choices: Choice[], choice: Choice): void {
  const [only] = choice.ids
  if (choice.ids.length === 1 && only !== undefined) keys.all.push(only)
  else keys.any.push(choice.ids)
  choices.push(choice)
}

function addNames(matching: Matching, words: readonly ResolvedWord[] | null): void {
  const choices = words?.map((word) => choiceOf(word, 'name')) ?? []
  if (
    !matching.names ||
    !matching.nameChoices ||
    words === null ||
    choices.some(({ ids }) => ids.length === 0)
  ) {
    matching.names = null
    matching.nameChoices = null
    return
  }
  for (const choice of choices) add(matching.names, matching.nameChoices, choice)
}

function rarest(words: readonly ResolvedWord[]): Choice[] {
  const [first] = words.map((word) => choiceOf(word, 'text')).toSorted((a, b) => a.count - b.count)
  return first ? [first] : []
}

function union(choices: readonly Choice[]): Choice {
  return {
    ids: [...new Set(choices.flatMap(({ ids }) => ids))],
    count: choices.reduce((sum, { count }) => sum + count, 0),
  }
}

function stemsOf(words: readonly ResolvedWord[], operator: string): string {
  return words
    .map((word) => [...new Set([word.stem, ...word.others.slice(0, RANKED_MAX).map(({ stem }) => stem)])])
    .map((stems) => `(${stems.map((stem) => `'${stem}'`).join(' | ')})`)
    .join(operator)
}

function correctionOf(word: ResolvedWord): { from: string; to: string }[] {
  const [best] = word.others
  return word.othersAre === 'correction' && best ? [{ from: word.word, to: best.word }] : []
}
