/**
 * Short numbers for dense lists: 950, 1.2K, 48K, 3.1M. Not Intl: server and browser must write the same bytes whatever
 * their locale data.
 */
const STEPS = [
  { size: 1_000_000, suffix: 'M' },
  { size: 1_000, suffix: 'K' },
] as const

/** Rounds down, so that a count never claims more than was counted. */
export function compactCount(count: number): string {
  for (const { size, suffix } of STEPS) {
    if (count < size) continue
    const tenths = Math.floor((count * 10) / size)
    return tenths < 100 && tenths % 10 !== 0
      ? `${tenths / 10}${suffix}`
      : `${Math.floor(tenths / 10)}${suffix}`
  }
  return String(count)
}

/** `12,408`. */
export function groupedCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 download`, `2 downloads`. */
export function countOf(count: number, noun: string): string {
  return `${groupedCount(count)} ${noun}${count === 1 ? '' : 's'}`
}
