import { beforeEach, describe, expect, it } from 'vitest'
import { LeasedCache } from './leased-cache.ts'

class Away extends Error {}

/** An authority whose answers the test decides, and a clock that it moves. */
function setUp(maxBytes = 1_000) {
  const asked: string[] = []
  const state = { nowMs: 0, value: 'a' as string | null, failure: null as Error | null }
  let release: (() => void) | null = null
  let gate: Promise<void> = Promise.resolve()
  const answer = async <T>(what: string, read: () => T): Promise<T> => {
    asked.push(what)
    const { failure } = state
    const result = read()
    await gate
    if (failure) throw failure
    return result
  }
  const cache = new LeasedCache<string>({
    ...{ maxBytes, freshMs: 1_000, leaseMs: 2_000, patienceMs: 20 },
    sizeOf: (value) => value.length,
    isUnreachable: (error) => error instanceof Away,
    nowMs: () => state.nowMs,
  })
  const read = (key = 'k') =>
    cache.read(key, {
      load: () => answer('load', () => state.value),
      renew: (value) => answer('renew', () => value === state.value),
    })
  const hold = () => {
    gate = new Promise((resolve) => {
      release = resolve
    })
  }
  const go = () => release?.()
  return { cache, state, asked, read, hold, go }
}

/** Until what was asked in the background has been answered. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('LeasedCache', () => {
  let world: ReturnType<typeof setUp>
  beforeEach(() => {
    world = setUp()
  })

  it('asks once for many who ask at once', async () => {
    const { read, asked, hold, go } = world
    hold()
    const readers = Array.from({ length: 50 }, () => read())
    go()
    expect(new Set(await Promise.all(readers))).toEqual(new Set(['a']))
    expect(asked).toEqual(['load'])
  })

  it('asks nobody while fresh, in the background while leased, and waits for the answer afterwards', async () => {
    const { read, asked, state, hold, go } = world
    await read()
    state.nowMs = 999
    await read()
    expect(asked).toEqual(['load'])
    hold()
    state.nowMs = 1_500
    expect(await Promise.all([read(), read()])).toEqual(['a', 'a'])
    expect(asked).toEqual(['load', 'renew'])
    go()
    await settle()
    state.nowMs = 9_000
    state.value = null
    expect(await read()).toBeNull()
    expect(asked).toEqual(['load', 'renew', 'renew', 'load'])
  })

  it('never serves what no longer held a lease ago', async () => {
    const { read, state } = world
    await read()
    state.value = 'b'
    state.nowMs = 2_000
    expect(await read()).toBe('b')
  })

  it('keeps nothing that there is none of', async () => {
    const { read, asked, state } = world
    state.value = null
    expect(await read()).toBeNull()
    expect(await read()).toBeNull()
    expect(asked).toEqual(['load', 'load'])
  })

  it('forgets at once, also what was being asked when it was told to', async () => {
    const { cache, read, state, hold, go } = world
    hold()
    const early = read()
    state.value = 'b'
    cache.forget('k')
    const late = read()
    go()
    expect([await early, await late]).toEqual(['a', 'b'])
    expect(await read()).toBe('b')
    state.value = null
    cache.forget('other')
    expect(await read()).toBe('b')
    cache.forget('k')
    expect(await read()).toBeNull()
  })

  it('does not let a renewal under way bring back what was forgotten', async () => {
    const { cache, read, state, hold, go } = world
    await read()
    state.nowMs = 1_500
    hold()
    await read()
    cache.forget('k')
    state.value = null
    go()
    expect(await read()).toBeNull()
  })

  it('serves on while the authority is away, without waiting, and asks again when it is back', async () => {
    const { read, asked, state } = world
    await read()
    state.failure = new Away()
    state.nowMs = 10_000
    expect(await read()).toBe('a')
    expect(asked).toEqual(['load', 'renew'])
    // Nobody asks for one lease; then one does, and the others are not held up.
    state.nowMs = 11_999
    expect(await read()).toBe('a')
    expect(asked).toHaveLength(2)
    state.nowMs = 12_000
    expect(await Promise.all([read(), read()])).toEqual(['a', 'a'])
    expect(asked).toHaveLength(3)
    await expect(read('unknown')).rejects.toThrow(Away)
    state.failure = null
    state.value = null
    state.nowMs = 20_000
    expect(await read()).toBe('a')
    await settle()
    expect(await read()).toBeNull()
  })

  it('takes an authority that does not answer for one that is away', async () => {
    const { read, state, hold, go } = world
    await read()
    hold()
    state.nowMs = 5_000
    expect(await read()).toBe('a')
    go()
  })

  it('hides no other failure', async () => {
    const { read, state } = world
    await read()
    state.failure = new Error('a mistake')
    state.nowMs = 5_000
    await expect(read()).rejects.toThrow('a mistake')
  })

  it('stays within its bytes, dropping what was used least recently', async () => {
    const { cache, read, state, asked } = setUp(10)
    state.value = 'four'
    for (const key of ['one', 'two', 'one', 'three']) await read(key)
    expect(cache.sizeBytes).toBe(8)
    await read('one')
    expect(asked).toHaveLength(3)
    await read('two')
    expect(asked).toHaveLength(4)
    state.value = 'more than fits'
    expect(await read('huge')).toBe('more than fits')
    expect(cache.sizeBytes).toBeLessThanOrEqual(10)
  })
})
