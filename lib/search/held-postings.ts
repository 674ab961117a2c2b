/**
 * Owns the postings that this process holds: the places of common keys, as of one rebuild, read when first asked for.
 * They never change between rebuilds. What was written since is the database's to say, in the statement that reads the page.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { log } from '#lib/platform/log'
import { processWide } from '#lib/platform/process-wide'
import { readCommonKeys, readPostings } from './data.ts'
import { bytesOf, type PlaceSet, placeSet, readPlaces } from './place-sets.ts'
import type { KeySets } from './plan.ts'

/** What all postings of a catalogue take, up to half a gigabyte. */
const BYTES_A_ROW = 200
const BYTES_MAX = 512 * 1024 ** 2
/** So much of it is filled before anybody asks; the rest is for keys that are asked for. */
const PRELOADED_SHARE = 0.75
/** Few at once: reading the places of a common key keeps this process for milliseconds. */
const KEYS_AT_ONCE = 4
const WAITING_MAX = 2_000
const PAUSE_MS = 5_000
/** Keys that fewer entries have come along with what words mean. */
const COMMON_MIN = 500
const COMMON_MAX = 20_000

export interface HeldKeys {
  all: PlaceSet[]
  any: PlaceSet[][]
  none: PlaceSet[]
}

interface State {
  held: LRUCache<number, PlaceSet>
  /** The rebuild that the held places are of. */
  base: number
  /** How many places it has. */
  size: number
  /** Keys that somebody asked for, and those that many may ask for: the latter come last, while there is room. */
  waiting: Set<number>
  expected: number[]
  loading: Promise<void> | undefined
  pausedUntil: number
}

function emptyFor(size: number): LRUCache<number, PlaceSet> {
  const maxSize = Math.min(BYTES_MAX, 1024 ** 2 + BYTES_A_ROW * size)
  return new LRUCache({ maxSize, sizeCalculation: bytesOf })
}

// Pages and the API are bundled apart: they should hold the same places once.
const state = processWide('search-postings', (): State => ({
  held: emptyFor(0),
  base: 0,
  size: 0,
  waiting: new Set(),
  expected: [],
  loading: undefined,
  pausedUntil: 0,
}))

/** The places of these keys in rebuild `base`, or null when some are not here yet: then they are on their way. */
export function heldKeys(keys: KeySets, { base, size }: { base: number; size: number }): HeldKeys | null {
  if (!turnTo(base, size)) return null
  const { held, waiting } = state
  let isWhole = true
  const find = (key: number): PlaceSet => {
    const known = held.get(key)
    if (known) return known
    isWhole = false
    if (waiting.size < WAITING_MAX) waiting.add(key)
    return { list: new Int32Array() }
  }
  const found = {
    all: keys.all.map(find),
    any: keys.any.map((ids) => ids.map(find)),
    none: keys.none.map(find),
  }
  if (waiting.size > 0) load()
  return isWhole ? found : null
}

/** Keeps the places of keys that few entries have, which the database told along with what words mean. */
export function holdPlaces(base: number, places: Readonly<Record<string, string>>): void {
  if (base !== state.base) return
  for (const [key, list] of Object.entries(places)) state.held.set(Number(key), { list: readPlaces(list) })
}

/** Begins to read the places of the keys that most entries have, so that nobody has to ask for them first. */
export function preload(base: number, size: number): void {
  if (!turnTo(base, size)) return
  void readCommonKeys(COMMON_MIN, COMMON_MAX)
    .then((keys) => {
      if (base !== state.base) return
      // The commonest last, where they are taken from.
      state.expected = keys.reverse()
      load()
    })
    .catch((error: unknown) => {
      log.warn({ err: error }, 'the commonest words are not known yet; their places are read when asked for')
    })
}

/** Whether the places of this rebuild are held from here on: never again those of one before. */
function turnTo(base: number, size: number): boolean {
  if (base < state.base) return false
  if (base > state.base || size !== state.size) {
    state.waiting.clear()
    Object.assign(state, { base, size, held: emptyFor(size), expected: [] })
  }
  return true
}

/** Waits for what is on its way. For tests and measurements. */
export async function settlePostings(): Promise<void> {
  await state.loading
}

function load(): void {
  if (state.loading || performance.now() < state.pausedUntil) return
  state.loading = loadWaiting()
    .catch((error: unknown) => {
      state.pausedUntil = performance.now() + PAUSE_MS
      state.waiting.clear()
      log.warn({ err: error }, 'postings could not be read; searches are met in the database')
    })
    .finally(() => {
      state.loading = undefined
    })
}

async function loadWaiting(): Promise<void> {
  const { waiting } = state
  for (;;) {
    const { base, size, held } = state
    const keys = nextKeys()
    if (keys.length === 0) break
    const postings = await readPostings(base, keys)
    if (base !== state.base) continue
    for (const key of keys) waiting.delete(key)
    // None: another rebuild has taken its place, and the next answer names it.
    for (const { keyId, places } of postings) {
      held.set(keyId, placeSet(readPlaces(places), size))
      // Those of a common word take milliseconds to read: let requests in between.
      await new Promise(setImmediate)
      if (base !== state.base) break
    }
  }
}

/** What to read next: keys that somebody asked for, the first of them first, otherwise what may be asked for. */
function nextKeys(): number[] {
  const { held, waiting, expected } = state
  const keys: number[] = []
  for (const key of waiting) {
    if (keys.length === KEYS_AT_ONCE) break
    keys.push(key)
  }
  while (keys.length < KEYS_AT_ONCE && held.calculatedSize < PRELOADED_SHARE * held.maxSize) {
    const key = expected.pop()
    if (key === undefined) break
    if (!held.has(key) && !waiting.has(key)) keys.push(key)
  }
  return keys
}
