/** Says of each goal whether it was met. */
import type { Measurement } from './measure.ts'

export interface Line extends Measurement {
  name: string
  via: 'http' | 'direct'
}

export function reportGoals(rows: number, lines: readonly Line[]): void {
  const say = (name: string, clients: number, goal: number, value: number | undefined, isAtMost: boolean) => {
    if (value === undefined) return
    const isMet = isAtMost ? value <= goal : value >= goal
    const unit = isAtMost ? 'ms at p95' : 'a second'
    console.log(`${isMet ? 'met   ' : 'MISSED'} ${name}, ${clients} clients: ${value} ${unit}, goal ${goal}`)
  }
  const find = (name: string, clients: number) =>
    lines.find((line) => line.name === name && line.via === 'http' && line.clients === clients)
  console.log('')
  if (rows >= 2_000_000) {
    say('search: mixed', 8, 200, find('search: mixed', 8)?.perSecond, false)
    return
  }
  for (const { name, via, clients, p95Ms } of lines) {
    if (name.startsWith('search: ') && via === 'http' && clients === 8) say(name, 8, 50, p95Ms, true)
  }
  say('deep cursor', 1, 10, find('deep cursor', 1)?.p95Ms, true)
  say('suggest', 1, 15, find('suggest', 1)?.p95Ms, true)
}
