/**
 * Owns meeting sets of places: which places are in all of these, in one of those, in none of the others. A set is an
 * ascending list of places or, where that is smaller, one bit a place. Pure; knows neither keys nor the database.
 */
import 'server-only'

export type PlaceSet = { list: Int32Array } | { bits: Uint32Array }

/** In the smaller of the two forms. `places` ascend and are below `size`. */
export function placeSet(places: Int32Array, size: number): PlaceSet {
  return places.length > size / 32 ? { bits: bitsOf([{ list: places }], size) } : { list: places }
}

export function bytesOf(set: PlaceSet): number {
  return 64 + ('bits' in set ? set.bits.byteLength : set.list.byteLength)
}

/** What is in every set of `all`, in a set of each list in `any` and in no set of `none`; everything when all are empty. */
export function meet(
  keys: { all: readonly PlaceSet[]; any: readonly (readonly PlaceSet[])[]; none: readonly PlaceSet[] },
  size: number,
): PlaceSet {
  const unions = keys.any.map((sets): PlaceSet => {
    const [only] = sets
    return sets.length === 1 && only ? only : { bits: bitsOf(sets, size) }
  })
  // Lists first: what they leave is tested against the bits of the others.
  const [first, ...others] = [...keys.all, ...unions].sort((a, b) => weightOf(a) - weightOf(b))
  const met = others.reduce((left, right) => both(left, right, size), first ?? everything(size))
  return keys.none.reduce((left, right) => without(left, right, size), met)
}

export function countOf(set: PlaceSet): number {
  if ('list' in set) return set.list.length
  const halves = halvesOf(set.bits)
  let count = 0
  for (let at = 0; at < halves.length; at += 1) count += ONES[halves[at] ?? 0] ?? 0
  return count
}

/** The first `limit` places of the set, ascending. */
export function firstOf(set: PlaceSet, limit: number): Int32Array {
  if ('list' in set) return set.list.subarray(0, limit)
  const found = new Int32Array(limit)
  let used = 0
  for (let at = 0; at < set.bits.length && used < limit; at += 1) {
    let word = set.bits[at] ?? 0
    while (word !== 0 && used < limit) {
      found[used++] = at * 32 + 31 - Math.clz32(word & -word)
      word &= word - 1
    }
  }
  return found.subarray(0, used)
}

/** Every `step`th of the set's `count` places, ascending, from the first on. */
export function everyNth(set: PlaceSet, step: number, count: number): Int32Array {
  const found = new Int32Array(Math.ceil(count / step))
  if ('list' in set) {
    for (let index = 0; index < found.length; index += 1) found[index] = set.list[index * step] ?? 0
    return found
  }
  const halves = halvesOf(set.bits)
  let [used, left] = [0, 0]
  for (let at = 0; at < halves.length; at += 1) {
    let half = halves[at] ?? 0
    const ones = ONES[half] ?? 0
    if (ones <= left) {
      left -= ones
      continue
    }
    for (; half !== 0; half &= half - 1) {
      if (left > 0) left -= 1
      else {
        found[used++] = at * 16 + 31 - Math.clz32(half & -half)
        left = step - 1
      }
    }
  }
  return found
}

export function without(left: PlaceSet, right: PlaceSet, size: number): PlaceSet {
  if ('list' in left) {
    return { list: chosen(left.list, 'bits' in right ? right.bits : bitsOf([right], size), 0) }
  }
  const bits = left.bits.slice()
  if ('list' in right) for (const place of right.list) clearBit(bits, place)
  else for (let at = 0; at < bits.length; at += 1) bits[at] = (bits[at] ?? 0) & ~(right.bits[at] ?? 0)
  return { bits }
}

function both(left: PlaceSet, right: PlaceSet, size: number): PlaceSet {
  if ('bits' in left && 'bits' in right) {
    const bits = new Uint32Array(left.bits.length)
    for (let at = 0; at < bits.length; at += 1) bits[at] = (left.bits[at] ?? 0) & (right.bits[at] ?? 0)
    return { bits }
  }
  const list = 'list' in left ? left.list : 'list' in right ? right.list : new Int32Array()
  const other = 'list' in left ? right : left
  return { list: chosen(list, 'bits' in other ? other.bits : bitsOf([other], size), 1) }
}

/** The places of the list whose bit is as wanted. */
function chosen(list: Int32Array, bits: Uint32Array, wanted: 0 | 1): Int32Array {
  const found = new Int32Array(list.length)
  let used = 0
  for (let index = 0; index < list.length; index += 1) {
    const place = list[index] ?? 0
    // Written always, kept or not: a branch that nobody can foresee costs more.
    found[used] = place
    used += (((bits[place >>> 5] ?? 0) >>> (place & 31)) & 1) === wanted ? 1 : 0
  }
  return found.slice(0, used)
}

function bitsOf(sets: readonly PlaceSet[], size: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(size / 32))
  for (const set of sets) {
    if ('bits' in set)
      for (let at = 0; at < bits.length; at += 1) bits[at] = (bits[at] ?? 0) | (set.bits[at] ?? 0)
    else setBits(bits, set.list)
  }
  return bits
}

function everything(size: number): PlaceSet {
  const bits = new Uint32Array(Math.ceil(size / 32)).fill(0xffff_ffff)
  for (let place = size; place < bits.length * 32; place += 1) clearBit(bits, place)
  return { bits }
}

function weightOf(set: PlaceSet): number {
  return 'list' in set ? set.list.length : Number.MAX_SAFE_INTEGER
}

function setBits(bits: Uint32Array, list: Int32Array): void {
  for (let index = 0; index < list.length; index += 1) {
    const place = list[index] ?? 0
    bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31))
  }
}

function clearBit(bits: Uint32Array, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) & ~(1 << (place & 31))
}

/** The same memory sixteen bits at a time, so that how many are set stands in a table. Little-endian, as all machines are. */
function halvesOf(bits: Uint32Array): Uint16Array {
  return new Uint16Array(bits.buffer, bits.byteOffset, 2 * bits.length)
}

/** How many bits of a number of sixteen are set. */
const ONES = new Uint8Array(65_536)
for (let half = 1; half < ONES.length; half += 1) ONES[half] = (ONES[half >>> 1] ?? 0) + (half & 1)

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
