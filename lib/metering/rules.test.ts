import { describe, expect, it } from 'vitest'
import { summariseUsage } from './rules.ts'

const line = (day: string, capability: string, units: number, creditMillionths: number) => ({
  ...{ handle: 'acme/metered', hour: `${day}T00:00:00.000Z`, capability, units, events: 1, creditMillionths },
})

describe('what usage adds up to', () => {
  it('is every day once, days without usage too, and what brought the most first', () => {
    const lines = [
      line('2026-03-01', 'words', 10, 3e6),
      line('2026-02-28', 'words', 5, 15e5),
      line('2026-03-01', 'images', 1, 5e6),
      line('2026-02-20', 'words', 99, 99e6),
    ]
    const summary = summariseUsage(lines, '2026-03-01', 3)
    expect(summary.days).toEqual([
      { day: '2026-02-27', events: 0, creditMillionths: 0 },
      { day: '2026-02-28', events: 1, creditMillionths: 15e5 },
      { day: '2026-03-01', events: 2, creditMillionths: 8e6 },
    ])
    expect([summary.events, summary.creditMillionths]).toEqual([3, 95e5])
    expect(summary.capabilities.map(({ capability, units }) => [capability, units])).toEqual([
      ['images', 1],
      ['words', 15],
    ])
    expect(summary.capabilities[1]?.days.map(({ units }) => units)).toEqual([0, 5, 10])
  })
})
