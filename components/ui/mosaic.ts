/**
 * Turns a handle into a mosaic: a fourfold mirrored tile in one of twelve hues. Pure and stable: the same handle gives
 * the same tile in every runtime, for ever.
 */
export const HUES = [
  'amber',
  'rose',
  'violet',
  'indigo',
  'sky',
  'teal',
  'emerald',
  'lime',
  'orange',
  'fuchsia',
  'cyan',
  'slate',
] as const
export type Hue = (typeof HUES)[number]

/** The design system's name for a colour that came as text. */
export function knownHue(color: string): Hue {
  return HUES.find((hue) => hue === color) ?? 'slate'
}

export interface Mosaic {
  hue: Hue
  /** SVG path data on a 32-unit square: the darker pieces, then the lighter ones. */
  deep: string
  bright: string
}

type Point = readonly [x: number, y: number]

const CELL = 8
// Each piece fills a unit cell, corners in order; the quadrant's outer corner is the origin.
// prettier-ignore
const PIECES: readonly (readonly Point[])[] = [
  [[0, 0], [1, 0], [0, 1]],
  [[1, 0], [1, 1], [0, 1]],
  [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]],
  [[0, 0], [1, 0], [1, 1], [0, 1]],
  [[0, 0], [1, 1], [0, 1]],
  [[0, 0], [1, 0], [1, 1]],
  [[0, 0], [1, 0], [0.5, 0.5], [1, 1], [0, 1]],
]

export function mosaicFor(handle: string): Mosaic {
  const draw = generator(hash(handle))
  const hue = HUES[draw(HUES.length - 1)] ?? 'amber'
  const layers = { deep: '', bright: '' }
  for (const column of [0, 1]) {
    for (const row of [0, 1]) {
      const first = draw(2) === 0 ? 'deep' : 'bright'
      layers[first] += mirrored(PIECES[draw(PIECES.length)] ?? [], column, row)
      // The centre always carries a piece of each tone, so that no tile reads as blank.
      if (column === 1 && row === 1)
        layers[first === 'deep' ? 'bright' : 'deep'] += mirrored(PIECES[1] ?? [], 1, 1)
    }
  }
  return { hue, ...layers }
}

/** A hue for anything with a name: stores, people. */
export function hueFor(name: string): Hue {
  return HUES[hash(name) % HUES.length] ?? 'amber'
}

function mirrored(piece: readonly Point[], column: number, row: number): string {
  const span = 4 * CELL
  const points = piece.map(([x, y]): Point => [(column + x) * CELL, (row + y) * CELL])
  return [
    path(points),
    path(points.map(([x, y]): Point => [span - x, y])),
    path(points.map(([x, y]): Point => [x, span - y])),
    path(points.map(([x, y]): Point => [span - x, span - y])),
  ].join('')
}

function path(points: readonly Point[]): string {
  return `M${points.map(([x, y]) => `${x} ${y}`).join(' ')}Z`
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  }
  return state >>> 0
}

/** Mulberry32: a whole number below `limit`, in a sequence fixed by the seed. */
function generator(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
