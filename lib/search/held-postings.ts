/**
 * Owns the postings that this process holds: the places of common keys, as of one rebuild, read when first asked for.
 * They never change between rebuilds. What was written since is the database's to say, in the statement that reads the page.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { log } from '#lib/platform/log'
import { readPostings } from './data.ts'
import { bytesOf, type PlaceSet, placeSet } from './place-sets.ts'
import type { KeySets } from './plan.ts'

const BYTES_MAX = 192 * 1024 ** 2
/** Few at once: reading the places of a common key keeps this process for milliseconds. */
const KEYS_AT_ONCE = 4
const WAITING_MAX = 2_000
const PAUSE_MS = 5_000

export interface HeldKeys {
  all: PlaceSet[]
  any: PlaceSet[][]
  none: PlaceSet[]
}

const held = new LRUCache<number, PlaceSet>({ maxSize: BYTES_MAX, sizeCalculation: bytesOf })
let heldBase = 0
const waiting = new Set<number>()
let loading: Promise<void> | undefined
let pausedUntil = 0

/**
 * The places of these keys in rebuild `base`, or null when some are not here yet: then they are on their way.
 * @param rare what the database told along with the words, for keys that few entries have.
 */
export function heldKeys(
  keys: KeySets,
  rare: ReadonlyMap<number, Int32Array>,
  { base, size }: { base: number; size: number },
): HeldKeys | null {
  if (base !== heldBase) {
    held.clear()
    waiting.clear()
    heldBase = base
  }
  let isWhole = true
  const find = (key: number): PlaceSet => {
    const few = rare.get(key)
    if (few) return { list: few }
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
  if (waiting.size > 0) load(size)
  return isWhole ? found : null
}

/** Waits for what is on its way. For tests and measurements. */
export async function settlePostings(): Promise<void> {
  await loading
}

function load(size: number): void {
  if (loading || performance.now() < pausedUntil) return
  loading = loadWaiting(size)
    .catch((error: unknown) => {
      pausedUntil = performance.now() + PAUSE_MS
      waiting.clear()
      log.warn({ err: error }, 'postings could not be read; searches are met in the database')
    })
    .finally(() => {
      loading = undefined
    })
}

async function loadWaiting(size: number): Promise<void> {
  while (waiting.size > 0) {
    const base = heldBase
    const keys = [...waiting].slice(0, KEYS_AT_ONCE)
    const postings = await readPostings(base, keys)
    if (base !== heldBase) continue
    for (const key of keys) waiting.delete(key)
    // None: another rebuild has taken its place, and the next answer names it.
    for (const { keyId, places } of postings) held.set(keyId, placeSet(readPlaces(places), size))
  }
}

const COMMA = 44
const ZERO = 48

/** Numbers with commas between. */
export function readPlaces(text: string): Int32Array {
  if (text === '') return new Int32Array()
  let count = 1
  for (let at = text.indexOf(','); at >= 0; at = text.indexOf(',', at + 1)) count += 1
  const places = new Int32Array(count)
  let [used, place] = [0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit === COMMA) {
      places[used++] = place
      place = 0
    } else place = place * 10 + unit - ZERO
  }
  places[used] = place
  return places
}
