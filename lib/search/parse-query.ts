/**
 * Owns the reading of what people type into the search box: phrases, exclusions, alternatives, tags, and the last word as
 * the beginning of one. Any text has a reading. Pure; what the words mean is the database's to say.
 */
import 'server-only'
import { parseTag } from '#lib/kernel/tag-text'

const WORDS_MAX = 12

/** Words that must stand together (a phrase) or all occur; most have one word. */
export interface Operand {
  words: string[]
  isPhrase: boolean
}

export interface ParsedQuery {
  /** All of these; of each, any operand. */
  groups: Operand[][]
  excluded: Operand[]
  /** `key:value` as typed: filters where such a tag exists, words where not. */
  tags: string[]
  /** The last operand is a word that may still be growing. */
  endsInBeginning: boolean
}

export function parseQuery(q: string): ParsedQuery {
  const parsed: ParsedQuery = { groups: [], excluded: [], tags: [], endsInBeginning: false }
  let [left, isAlternative] = [WORDS_MAX, false]
  for (const [token] of q.matchAll(/-?"[^"]*"?|[^\s"]+/g)) {
    if (/^(?:or|\|{1,2})$/i.test(token) && parsed.groups.length > 0) {
      isAlternative = true
      continue
    }
    const isExcluded = /^-[^-\s]/.test(token)
    const text = isExcluded ? token.slice(1) : token
    const isQuoted = text.startsWith('"')
    if (!isExcluded && !isQuoted && parseTag(text.toLowerCase())) {
      parsed.tags.push(text.toLowerCase())
      parsed.endsInBeginning = false
      isAlternative = false
      continue
    }
    const words = wordsOf(text).slice(0, left)
    if (words.length === 0) continue
    left -= words.length
    const isPhrase = words.length > 1 && (isQuoted || isExcluded)
    if (isExcluded) parsed.excluded.push({ words, isPhrase })
    else addOperand(parsed.groups, { words, isPhrase }, isAlternative)
    isAlternative = false
    parsed.endsInBeginning = !isQuoted && !isExcluded
  }
  return parsed
}

/** What is written in one piece stays together: `node.js` asks for both words, also where it is one of two alternatives. */
function addOperand(groups: Operand[][], operand: Operand, isAlternative: boolean): void {
  const last = groups.at(-1)
  if (isAlternative && last) last.push(operand)
  else groups.push([operand])
}

/** The words of a tag that turned out to be none; in front, for the last word may be the beginning of one. */
export function addWords(parsed: ParsedQuery, text: string): void {
  parsed.groups.unshift([{ words: wordsOf(text), isPhrase: false }])
}

/** Lower-case words without accents. */
export function wordsOf(text: string): string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).slice(0, WORDS_MAX)
}

/** What JSON and Postgres can carry: no control characters, no half of a surrogate pair. */
export function searchableText(q: string): string {
  return q.replace(/[\p{Cc}\p{Cs}]/gu, ' ').trim()
}
