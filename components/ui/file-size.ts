/** Writes sizes for people: `812 B`, `3.4 kB`, `48.9 MB`. Decimal, as browsers count downloads. */
const UNITS = ['kB', 'MB', 'GB']

export function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} B`
  let [value, unit] = [sizeBytes / 1000, 0]
  // What would be rounded up to a thousand belongs to the next unit.
  while (value >= 999.95 && unit < UNITS.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value.toFixed(1)} ${UNITS[unit] ?? ''}`
}
