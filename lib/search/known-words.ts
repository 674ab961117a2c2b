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
}

const memory = processWide('search-known-words', () => ({
  words: new LRUCache<string, Learnt<ResolvedWord | null>>({ max: WORDS_MAX, ttl: KEPT_MS }),
  facets: new LRUCache<string, Learnt<KeyCount | null>>({ max: FACETS_MAX, ttl: KEPT_MS }),
  last: undefined as (Learnt<{ rowCount: number }> & { atMs: number }) | undefined,
}))

export function rememberMeanings({ words, lastIsBeginning, facets }: Question, resolution: Resolution): void {
  if (resolution.isEmpty) {
    memory.words.clear()
    memory.facets.clear()
    memory.last = undefined
    return
  }
  const { rowCount, snapshot } = resolution
  const learnt = { snapshot }
  memory.last = { ...learnt, value: { rowCount }, atMs: performance.now() }
  const byPlace = new Map(resolution.words.map((word) => [word.at, word]))
  for (const [at, word] of words.entries()) {
    const isBeginning = lastIsBeginning && at === words.length - 1
    const value = byPlace.get(at) ?? null
    // What nobody uses may not have been corrected: only so many words of a question are.
    if (value && value.text === null && value.others.length === 0) continue
    memory.words.set(nameOf(word, isBeginning), { ...learnt, value })
  }
  for (const facet of facets)
    memory.facets.set(facet, { ...learnt, value: resolution.facets?.[facet] ?? null })
}

export interface Recalled {
  resolution: Resolution
  /** What the database had seen each time it told a part of it. */
  snapshots: string[]
}

/** What the question meant when its parts were last heard; null when some part of it never was. */
export function recallMeanings({ words, lastIsBeginning, facets }: Question): Recalled | null {
  const { last } = memory
  if (!last || performance.now() - last.atMs > KEPT_MS) return null
  const snapshots = new Set([last.snapshot])
  const known: ResolvedWord[] = []
  for (const [at, word] of words.entries()) {
    const learnt = memory.words.get(nameOf(word, lastIsBeginning && at === words.length - 1))
    if (!learnt) return null
    snapshots.add(learnt.snapshot)
    if (learnt.value) known.push({ ...learnt.value, at })
  }
  const counts: Record<string, KeyCount> = {}
  for (const facet of facets) {
    const learnt = memory.facets.get(facet)
    if (!learnt) return null
    snapshots.add(learnt.snapshot)
    if (learnt.value) counts[facet] = learnt.value
  }
  return {
    resolution: {
      ...{ rowCount: last.value.rowCount, isEmpty: false, words: known, facets: counts },
      ...{ newFacets: null, rarePlaces: null, snapshot: '' },
    },
    snapshots: [...snapshots],
  }
}

function nameOf(word: string, isBeginning: boolean): string {
  return isBeginning ? `${word}*` : word
}
