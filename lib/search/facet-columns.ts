/**
 * Owns the facets of every place of one rebuild, in memory: counting ten thousand of them here costs less than reading
 * as many rows in the database. They never change between rebuilds, so there is nothing to keep in step.
 */
import 'server-only'
import { log } from '#lib/platform/log'
import { processWide } from '#lib/platform/process-wide'
import { readFacetBlocks } from './data.ts'
import { NO_TALLY, type Tally } from './facets.ts'
import { preload } from './held-postings.ts'

const BLOCKS_AT_ONCE = 16
/** After a failure nobody tries again for so long; searches count in the database meanwhile. */
const PAUSE_MS = 5_000
const COMMA = 44

export interface FacetColumns {
  /** The rebuild whose places these are; 0 for none. */
  base: number
  /** How many places there are. */
  size: number
  /** How often each facet occurs at the places. */
  count: (places: Int32Array) => Tally
}

const NONE: FacetColumns = { base: 0, size: 0, count: () => NO_TALLY }
// Pages and the API are bundled apart: they should hold the same columns once.
const state = processWide('search-facet-columns', () => ({
  columns: NONE,
  loading: undefined as Promise<void> | undefined,
  pausedUntil: 0,
}))

/** What can be counted here. Hold on to it until the answer is counted: another may take its place meanwhile. */
export function currentColumns(): FacetColumns {
  return state.columns
}

/** Begins to read the columns of this rebuild unless they are known or on their way. */
export function followBase(base: number): void {
  if (base === state.columns.base || state.loading || performance.now() < state.pausedUntil) return
  state.loading = load(base)
    .then((loaded) => {
      state.columns = loaded ?? state.columns
      if (loaded) preload(loaded.base, loaded.size)
    })
    .catch((error: unknown) => {
      state.pausedUntil = performance.now() + PAUSE_MS
      log.warn({ err: error }, 'the facets of the index could not be read; they are counted in the database')
    })
    .finally(() => {
      state.loading = undefined
    })
}

/** Waits for what `followBase` began. For tests and measurements. */
export async function settleColumns(): Promise<void> {
  await state.loading
}

async function load(base: number): Promise<FacetColumns | undefined> {
  if (base === 0) return undefined
  const parts: string[] = []
  for (;;) {
    const blocks = await readFacetBlocks(base, parts.length, BLOCKS_AT_ONCE)
    parts.push(...blocks)
    if (blocks.length < BLOCKS_AT_ONCE) break
  }
  // None: another rebuild has taken its place meanwhile, and the next answer names it.
  return parts.length === 0 ? undefined : await pack(base, parts)
}

interface Packed {
  /** The facets of place p are numbers[starts[p]] up to numbers[starts[p + 1]]: positions in `ids`. */
  starts: Uint32Array
  numbers: Uint16Array | Uint32Array
  ids: number[]
}

/** Rows are divided by commas, facets are single characters. */
async function pack(base: number, blocks: readonly string[]): Promise<FacetColumns> {
  const units = blocks.reduce((sum, block) => sum + block.length + 1, 0)
  const packed: Packed = { starts: new Uint32Array(units + 1), numbers: new Uint32Array(units), ids: [] }
  const numberOf = new Map<number, number>()
  let [row, used] = [0, 0]
  for (const block of blocks) {
    for (let at = 0; at < block.length; at += 1) {
      const id = block.codePointAt(at) ?? 0
      if (id > 0xffff) at += 1
      if (id === COMMA) packed.starts[++row] = used
      else {
        const number = numberOf.get(id) ?? packed.ids.push(id) - 1
        numberOf.set(id, number)
        packed.numbers[used++] = number
      }
    }
    packed.starts[++row] = used
    // A million rows are a second's work: let requests in between.
    await new Promise(setImmediate)
  }
  packed.starts = packed.starts.slice(0, row + 1)
  // Half the memory reads twice as fast: each place is somewhere else.
  const isNarrow = packed.ids.length <= 65_536
  packed.numbers = isNarrow
    ? Uint16Array.from(packed.numbers.subarray(0, used))
    : packed.numbers.slice(0, used)
  const scratch = {
    counts: new Uint32Array(packed.ids.length),
    touched: new Uint32Array(packed.ids.length),
  }
  return { base, size: row, count: (places) => countPlaces(places, packed, scratch) }
}

/** `counts` is all zeros before and after: clearing what was touched costs less than a new one for each search. */
function countPlaces(
  places: Int32Array,
  { starts, numbers, ids }: Packed,
  { counts, touched }: { counts: Uint32Array; touched: Uint32Array },
): Tally {
  let distinct = 0
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index] ?? 0
    const end = starts[place + 1] ?? 0
    for (let at = starts[place] ?? 0; at < end; at += 1) {
      const number = numbers[at] ?? 0
      const used = counts[number] ?? 0
      if (used === 0) touched[distinct++] = number
      counts[number] = used + 1
    }
  }
  const tally: Tally = { ids: new Int32Array(distinct), counts: new Uint32Array(distinct) }
  for (let at = 0; at < distinct; at += 1) {
    const number = touched[at] ?? 0
    tally.ids[at] = ids[number] ?? 0
    tally.counts[at] = counts[number] ?? 0
    counts[number] = 0
  }
  return tally
}
