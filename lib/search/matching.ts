/**
 * Owns what rows must hold to match a query: the keys of its words, and what only the rows themselves can tell, from what
 * the dictionary says of the words. Pure.
 */
import 'server-only'
import type { Operand, ParsedQuery } from './parse-query.ts'
import { type Choice, choiceOf, type KeySets, type ResolvedWord } from './plan.ts'

export interface Matching {
  match: KeySets
  names: KeySets | null
  choices: Choice[]
  nameChoices: Choice[] | null
  /** Of each, one operand must (or none may) be found in the row itself. */
  checks: { isExcluded: boolean; operands: CheckedOperand[] }[]
  /** For ranking: stems only, so that no text can break its syntax. */
  tsquery: string
  /** The same of names alone; empty where no name can hold all words. */
  nameQuery: string
  /** The words that stand for mistyped ones. */
  corrections: { from: string; to: string }[]
}

/** `stems` says what the words of anything but a phrase may mean, in the syntax of text search. */
export type CheckedOperand = Operand & { stems?: string }

/** Each more is met with all others; beyond these the rarest words stand for all and rows are checked. */
const CLAUSES_MAX = 8
/** Each more makes ranking dearer, and the others are rare. */
const RANKED_MAX = 5

/**
 * What rows must hold to match, or null when some word stands in no entry.
 * @param places which of the resolved words is meant; more may have been asked for than `parsed` holds.
 */
export function matchOf(
  parsed: ParsedQuery,
  resolved: readonly ResolvedWord[],
  places: ReadonlyMap<string, number> = placesOf(parsed),
): Matching | null {
  const byPlace = new Map(resolved.map((word) => [word.at, word]))
  const find = (word: string) => byPlace.get(places.get(word) ?? -1) ?? []
  const hasMeaning = parsed.groups
    .flat()
    .flatMap(({ words }) => words.flatMap(find))
    .some(({ isStop }) => !isStop)
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
    const meant = operands.flatMap((operand): MeantOperand[] => {
      const words = operand.words.flatMap(find).filter(({ isStop }) => !(hasMeaning && isStop))
      return words.length > 0 ? [{ operand, words }] : []
    })
    if (meant.length === 0) continue
    const possible = meant.filter(({ words }) => words.every((word) => choiceOf(word, 'text').ids.length > 0))
    if (possible.length === 0) return null
    addGroup(matching, possible)
    addNames(matching, operands.length === 1 ? (possible[0]?.words ?? []) : null)
    stems.push(possible.map(({ words }) => stemsOf(words)).join(' | '))
    matching.corrections.push(...possible.flatMap(({ words }) => words.flatMap(correctionOf)))
  }
  for (const operand of parsed.excluded) {
    if (operand.isPhrase) matching.checks.push({ isExcluded: true, operands: [operand] })
    else for (const { text } of operand.words.flatMap(find)) if (text) matching.match.none.push(text[0])
  }
  if (matching.names) matching.names.none = matching.match.none
  matching.tsquery = stems.map((part) => `(${part})`).join(' & ')
  // Label A is that of names.
  if (matching.names) matching.nameQuery = matching.tsquery.replaceAll(/'[^']+'/g, '$&:A')
  return matching
}

/** Each word once, in the order in which the database is asked for them: the one that may be a beginning is the last. */
export function placesOf({ groups, excluded }: ParsedQuery): Map<string, number> {
  const words = new Set<string>()
  for (const word of [...excluded, ...groups.flat()].flatMap((operand) => operand.words)) {
    words.delete(word)
    words.add(word)
  }
  return new Map([...words].map((word, index) => [word, index]))
}

/** An operand with those of its words that say something. */
interface MeantOperand {
  operand: Operand
  words: ResolvedWord[]
}

/**
 * One of the operands, each of whose words must occur: as clauses of which all must be met, `foo or node.js` is (foo or
 * node) and (foo or js). A phrase is found by its words and then checked.
 */
function addGroup(matching: Matching, operands: readonly MeantOperand[]): void {
  const texts = operands.map(({ operand, words }) => {
    const choices = words.map((word) => choiceOf(word, 'text'))
    return operand.isPhrase && operands.length > 1 ? rarest(choices) : choices
  })
  const isWhole = texts.reduce((product, choices) => product * choices.length, 1) <= CLAUSES_MAX
  const isMany = operands.length > 1 && !isWhole
  for (const clause of clausesOf(isMany ? texts.map(rarest) : texts)) {
    add(matching.match, matching.choices, clause)
  }
  if (isMany || operands.some(({ operand }) => operand.isPhrase)) {
    matching.checks.push({
      isExcluded: false,
      operands: operands.map(({ operand, words }) =>
        operand.isPhrase ? operand : { ...operand, stems: stemsOf(words) },
      ),
    })
  }
}

function clausesOf(texts: readonly (readonly Choice[])[]): Choice[] {
  const [first = [], ...others] = texts
  if (others.length === 0) return [...first]
  const rest = clausesOf(others)
  return first.flatMap((choice) => rest.map((other) => union([choice, other])))
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

function rarest(choices: readonly Choice[]): Choice[] {
  return choices.toSorted((a, b) => a.count - b.count).slice(0, 1)
}

function union(choices: readonly Choice[]): Choice {
  return {
    ids: [...new Set(choices.flatMap(({ ids }) => ids))],
    count: choices.reduce((sum, { count }) => sum + count, 0),
  }
}

function stemsOf(words: readonly ResolvedWord[]): string {
  const pieces = words
    .map((word) => [...new Set([word.stem, ...word.others.slice(0, RANKED_MAX).map(({ stem }) => stem)])])
    .map((stems) => `(${stems.map((stem) => `'${stem}'`).join(' | ')})`)
  return pieces.length > 1 ? `(${pieces.join(' & ')})` : pieces.join('')
}

function correctionOf(word: ResolvedWord): { from: string; to: string }[] {
  const [best] = word.others
  return word.othersAre === 'correction' && best ? [{ from: word.word, to: best.word }] : []
}
