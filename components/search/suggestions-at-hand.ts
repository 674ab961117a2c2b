/**
 * Owns what earlier answers say of a text that has grown since. Each answer holds at most so many of each kind; one that
 * holds fewer holds all there are, so whoever types on need not ask again. Pure.
 */
import type { PackageCard } from '#lib/catalog/schemas'
import { SUGGESTIONS_MAX } from '#lib/search/limits'
import type { Suggestions } from '#lib/search/schemas'

/** Shorter beginnings stand for so many words that their answers hold only the commonest. */
const LENGTH_MIN = 3

export interface AtHand {
  /** Null: only the server knows. */
  suggestions: Suggestions | null
  /** An earlier answer held all there is, and nothing of it fits any more: most likely a slip of the finger. */
  isSpent: boolean
}

/** @param known the answer to a text, if there was one. */
export function suggestionsAtHand(known: (text: string) => Suggestions | undefined, typed: string): AtHand {
  for (let length = typed.length - 1; length >= LENGTH_MIN; length -= 1) {
    const answer = known(typed.slice(0, length))
    if (!answer) continue
    if (!isWhole(answer)) break
    const left = narrowed(answer, typed)
    const isSpent = left.packages.length + left.queries.length + left.tags.length === 0
    // A tag or a search that goes on with other words may stand for packages that did not fit the shorter text.
    return { suggestions: left.packages.length === 0 ? null : left, isSpent }
  }
  return { suggestions: null, isSpent: false }
}

function isWhole({ packages, queries, tags }: Suggestions): boolean {
  return Math.max(packages.length, queries.length, tags.length) < SUGGESTIONS_MAX
}

function narrowed({ packages, queries, tags }: Suggestions, typed: string): Suggestions {
  const words = wordsOf(typed)
  const text = typed.toLowerCase()
  const last = text.split(/\s+/).at(-1) ?? ''
  return {
    packages: packages.filter((card) => {
      const said = wordsOf(textOf(card))
      return words.every((word) => said.some((each) => each.startsWith(word)))
    }),
    queries: queries.filter((query) => query.startsWith(text)),
    tags: tags.filter(({ key, value }) => `${key}:${value}`.startsWith(last) || value.startsWith(last)),
  }
}

function textOf({ name, handle, summary, tags }: PackageCard): string {
  return [name, handle, summary, ...tags].join(' ')
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}
