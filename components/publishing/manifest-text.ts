/** Owns positions in a manifest's text. Pure; it parses no YAML. */

/** Where a line and column, both counted from 1, stand in the text; beyond its end is its end. */
export function offsetAt(text: string, line: number, column: number): number {
  let start = 0
  for (let current = 1; current < line; current += 1) {
    const end = text.indexOf('\n', start)
    if (end < 0) return text.length
    start = end + 1
  }
  const end = text.indexOf('\n', start)
  return Math.min(start + column - 1, end < 0 ? text.length : end)
}

/** The end of the word or value that begins at `offset`, at most the end of its line. */
export function endOfToken(text: string, offset: number): number {
  const match = /^[^\s:,[\]{}]+/.exec(text.slice(offset, offset + 200))
  return offset + (match?.[0].length ?? 0)
}

export function lineCount(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1
  return count
}

/** The line, counted from 1, of a top-level key that stands on a line of its own; 1 when it cannot be found. */
export function lineOfKey(text: string, key: string): number {
  const index = text.split('\n').findIndex((line) => line.startsWith(`${key}:`))
  return index < 0 ? 1 : index + 1
}
