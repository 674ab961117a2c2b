/**
 * Owns what this process remembers of the dictionary: what words and filters mean, and what the database had seen when
 * it said so. Whoever uses it has the database check, in the statement that reads the page, that nothing has changed since.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { processWide } from '#lib/platform/process-wide'
import type { Question, Resolution } from './data.ts'
import type { KeyCount, ResolvedWord } from './plan.ts'

const WORDS_MAX = 20_000
const FACETS_MAX = 5_000
/** Marks of changes are kept for an hour; counts, by which plans are made, change slowly. */
const KEPT_MS = 10 * 60_000

interface Learnt<T> {
  value: T
  snapshot: string
  atMs: number
}

const memory = processWide('search-known-words', () => ({
  words: new LRUCache<string, Learnt<ResolvedWord | null>>({ max: WORDS_MAX, ttl: KEPT_MS }),
  facets: new LRUCache<string, Learnt<KeyCount | null>>({ max: FACETS_MAX, ttl: KEPT_MS }),
  last: undefined as Learnt<{ rowCount: number }> | undefined,
}))

export function rememberMeanings({ words, lastIsBeginning, facets }: Question, resolution: Resolution): void {
  if (resolution.isEmpty) return
  const { rowCount, snapshot } = resolution
  const learnt = { snapshot, atMs: performance.now() }
  memory.last = { ...learnt, value: { rowCount } }
  const byPlace = new Map(resolution.words.map((word) => [word.at, word]))
  for (const [at, word] of words.entries()) {
    const isBeginning = lastIsBeginning && at === words.length - 1
    memory.words.set(nameOf(word, isBeginning), { ...learnt, value: byPlace.get(at) ?? null })
  }
  for (const facet of facets)
    memory.facets.set(facet, { ...learnt, value: resolution.facets?.[facet] ?? null })
}

/** What the question meant when it was last heard; null when some part of it never was. `snapshot` is the oldest. */
export function recallMeanings({ words, lastIsBeginning, facets }: Question): Resolution | null {
  let oldest = memory.last
  if (!oldest) return null
  const { rowCount } = oldest.value
  const older = <T>(learnt: Learnt<T>) => {
    if (oldest && learnt.atMs < oldest.atMs) oldest = { ...learnt, value: { rowCount } }
  }
  const known: ResolvedWord[] = []
  for (const [at, word] of words.entries()) {
    const learnt = memory.words.get(nameOf(word, lastIsBeginning && at === words.length - 1))
    if (!learnt) return null
    older(learnt)
    if (learnt.value) known.push({ ...learnt.value, at })
  }
  const counts: Record<string, KeyCount> = {}
  for (const facet of facets) {
    const learnt = memory.facets.get(facet)
    if (!learnt) return null
    older(learnt)
    if (learnt.value) counts[facet] = learnt.value
  }
  if (performance.now() - oldest.atMs > KEPT_MS) return null
  return {
    ...{ rowCount, isEmpty: false, words: known, facets: counts, newFacets: null, rarePlaces: null },
    snapshot: oldest.snapshot,
  }
}

function nameOf(word: string, isBeginning: boolean): string {
  return isBeginning ? `${word}*` : word
}
