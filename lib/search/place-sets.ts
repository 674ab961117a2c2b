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
  let count = 0
  for (const word of set.bits) count += onesIn(word)
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

/** Every `step`th place of the set, ascending, from the first on. */
export function everyNth(set: PlaceSet, step: number): Int32Array {
  const found = new Int32Array(Math.ceil(countOf(set) / step))
  if ('list' in set) {
    for (let index = 0; index < found.length; index += 1) found[index] = set.list[index * step] ?? 0
    return found
  }
  let [used, left] = [0, 0]
  for (let at = 0; at < set.bits.length; at += 1) {
    let word = set.bits[at] ?? 0
    const ones = onesIn(word)
    if (ones <= left) {
      left -= ones
      continue
    }
    for (; word !== 0; word &= word - 1) {
      if (left > 0) left -= 1
      else {
        found[used++] = at * 32 + 31 - Math.clz32(word & -word)
        left = step - 1
      }
    }
  }
  return found
}

export function without(left: PlaceSet, right: PlaceSet, size: number): PlaceSet {
  if ('list' in left) {
    const bits = 'bits' in right ? right.bits : bitsOf([right], size)
    return { list: left.list.filter((place) => !hasBit(bits, place)) }
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
  const bits = 'bits' in other ? other.bits : bitsOf([other], size)
  return { list: list.filter((place) => hasBit(bits, place)) }
}

function bitsOf(sets: readonly PlaceSet[], size: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(size / 32))
  for (const set of sets) {
    if ('bits' in set)
      for (let at = 0; at < bits.length; at += 1) bits[at] = (bits[at] ?? 0) | (set.bits[at] ?? 0)
    else for (const place of set.list) bits[place >>> 5] = (bits[place >>> 5] ?? 0) | (1 << (place & 31))
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

function hasBit(bits: Uint32Array, place: number): boolean {
  return ((bits[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0
}

function clearBit(bits: Uint32Array, place: number): void {
  bits[place >>> 5] = (bits[place >>> 5] ?? 0) & ~(1 << (place & 31))
}

/** How many bits of a 32-bit word are set. */
function onesIn(word: number): number {
  let sum = word - ((word >>> 1) & 0x5555_5555)
  sum = (sum & 0x3333_3333) + ((sum >>> 2) & 0x3333_3333)
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
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
