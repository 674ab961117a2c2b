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

const BYTES_MAX = 192 * 1024 ** 2
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
  waiting: Set<number>
  loading: Promise<void> | undefined
  pausedUntil: number
}

// Pages and the API are bundled apart: they should hold the same places once.
const state = processWide('search-postings', (): State => ({
  held: new LRUCache({ maxSize: BYTES_MAX, sizeCalculation: bytesOf }),
  base: 0,
  size: 0,
  waiting: new Set(),
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
      for (const key of keys) if (!state.held.has(key)) state.waiting.add(key)
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
    state.held.clear()
    state.waiting.clear()
    Object.assign(state, { base, size })
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
  const { held, waiting } = state
  while (waiting.size > 0) {
    const { base, size } = state
    const keys = firstOf(waiting, KEYS_AT_ONCE)
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

/** Thousands may wait: only the first are looked at. */
function firstOf(keys: ReadonlySet<number>, limit: number): number[] {
  const first: number[] = []
  for (const key of keys) {
    if (first.length === limit) break
    first.push(key)
  }
  return first
}
