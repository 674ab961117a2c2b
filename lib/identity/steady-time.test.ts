import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { afterExactly, noSoonerThan } from './steady-time.ts'

let startedAt: number
const elapsedMs = () => performance.now() - startedAt

beforeEach(() => {
  startedAt = performance.now()
})
afterEach(() => {
  // Timers may fire a millisecond early.
  expect(elapsedMs()).toBeGreaterThanOrEqual(49)
})

describe('noSoonerThan', () => {
  it('holds a quick answer back', async () => {
    expect(await noSoonerThan(50, Promise.resolve('quick'))).toBe('quick')
  })

  it('holds a quick failure back', async () => {
    await expect(noSoonerThan(50, Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})

describe('afterExactly', () => {
  it('does not wait for what never ends', async () => {
    await afterExactly(50, new Promise<void>(() => undefined))
  })

  it('tells of a failure that came in time', async () => {
    await expect(afterExactly(50, Promise.reject(new Error('no')))).rejects.toThrow('no')
  })
})
