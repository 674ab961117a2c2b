import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SlidingWindow } from './sliding-window.ts'

const WINDOW_MS = 60_000

describe('a sliding window', () => {
  it('admits no more than the limit in any window, and all that fits, whatever the bursts', () => {
    const steps = fc.array(
      fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 90_000 })),
      { maxLength: 300 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), steps, (limit, waits) => {
        let now = 0
        const window = new SlidingWindow({ nowMs: () => now })
        const admitted: number[] = []
        for (const wait of waits) {
          now += wait
          const inWindow = admitted.filter((at) => at > now - WINDOW_MS).length
          const { isAdmitted, remaining, resetSeconds } = window.take('key', limit, WINDOW_MS)
          expect(isAdmitted).toBe(inWindow < limit)
          expect(remaining).toBe(limit - inWindow - (isAdmitted ? 1 : 0))
          expect(resetSeconds).toBeGreaterThanOrEqual(1)
          expect(resetSeconds).toBeLessThanOrEqual(WINDOW_MS / 1_000)
          if (isAdmitted) admitted.push(now)
        }
      }),
    )
  })

  it('admits again exactly when it said it would', () => {
    let now = 1_000
    const window = new SlidingWindow({ nowMs: () => now })
    expect(window.take('key', 1, WINDOW_MS).isAdmitted).toBe(true)
    now += 20_000
    const { isAdmitted, resetSeconds } = window.take('key', 1, WINDOW_MS)
    expect({ isAdmitted, resetSeconds }).toEqual({ isAdmitted: false, resetSeconds: 40 })
    now += resetSeconds * 1_000 - 1
    expect(window.take('key', 1, WINDOW_MS).isAdmitted).toBe(false)
    now += 1
    expect(window.take('key', 1, WINDOW_MS).isAdmitted).toBe(true)
  })

  it('counts each key alone', () => {
    const window = new SlidingWindow({ nowMs: () => 0 })
    expect(window.take('one', 1, WINDOW_MS).isAdmitted).toBe(true)
    expect(window.take('one', 1, WINDOW_MS).isAdmitted).toBe(false)
    expect(window.take('other', 1, WINDOW_MS).isAdmitted).toBe(true)
  })

  it('never tells to wait longer than the window, whatever fraction of a millisecond the clock shows', () => {
    let now = 0
    const window = new SlidingWindow({ nowMs: () => now })
    for (let key = 0; key < 10_000; key += 1) {
      now += 0.137
      expect(window.take(`key ${key}`, 1, WINDOW_MS).resetSeconds).toBe(60)
    }
  })

  it('stays within its memory under a million keys, and keeps those who come again', () => {
    const maxMoments = 100_000
    const window = new SlidingWindow({ maxMoments, nowMs: () => 0 })
    for (let index = 0; index < 1_000_000; index += 1) {
      window.take(`key ${index}`, 5, WINDOW_MS)
      if (index % 1_000 === 0) window.take('regular', 200, WINDOW_MS)
    }
    expect(window.size).toBeLessThanOrEqual(maxMoments)
    expect(window.take('regular', 200, WINDOW_MS).isAdmitted).toBe(false)
  })

  it('measures a key again when it grows', () => {
    const window = new SlidingWindow({ nowMs: () => 0 })
    for (let count = 0; count < 1_000; count += 1) window.take('key', 1_000, WINDOW_MS)
    expect(window.size).toBeGreaterThanOrEqual(1_000)
  })
})
