import { describe, expect, it, vi } from 'vitest'
import { SharedLimits, type StoreState } from './limit-window.ts'
import { SlidingWindow } from './sliding-window.ts'

const TAKING = { limit: 60, windowMs: 60_000, whenStoreIsDown: 'share' } as const

/** A store that counts right while it is there. */
function setUp(instances = 3) {
  const clock = { ms: 0 }
  const windowOf = () => new SlidingWindow({ nowMs: () => clock.ms })
  const counted = windowOf()
  const store = { isThere: true, take: vi.fn(take), attend: vi.fn(attend) }
  function take(key: string, limit: number, windowMs: number, debt = 0) {
    if (!store.isThere) return Promise.reject(new Error('away'))
    return Promise.resolve(counted.take(key, Math.max(0, limit - debt), windowMs))
  }
  function attend() {
    return store.isThere ? Promise.resolve(2) : Promise.reject(new Error('away'))
  }
  const changes: StoreState['state'][] = []
  const limits = new SharedLimits({
    store,
    reconnect: vi.fn(),
    instances,
    onChange: ({ state }) => changes.push(state),
    windows: { own: windowOf(), outage: windowOf() },
  })
  const admitted = async (times: number, taking: Parameters<typeof limits.take>[1] = TAKING, key = 'ada') => {
    let count = 0
    for (let index = 0; index < times; index += 1) {
      if ((await limits.take(key, taking)).isAdmitted) count += 1
    }
    return count
  }
  return { limits, store, admitted, clock, changes }
}

describe('limits that are counted together', () => {
  it('are whole while the store is there', async () => {
    const { limits, admitted } = setUp()
    await limits.start()
    expect(limits.state).toMatchObject({ state: 'up', instances: 3 })
    expect(await admitted(100)).toBe(60)
    limits.stop()
  })

  it('are the process’s share from the first request without the store, and never without end', async () => {
    const { limits, store, admitted } = setUp()
    store.isThere = false
    await limits.start()
    expect(limits.state.state).toBe('down')
    expect(await admitted(100)).toBe(20)
    expect(await admitted(100, { ...TAKING, whenStoreIsDown: 'half-share' }, 'guess')).toBe(10)
    expect(await admitted(100, { ...TAKING, limit: 1 }, 'one')).toBe(1)
    expect(store.take).not.toHaveBeenCalled()
    limits.stop()
  })

  it('count as used what was admitted before the store went', async () => {
    const { limits, store, admitted, changes } = setUp()
    await limits.start()
    expect(await admitted(15)).toBe(15)
    store.isThere = false
    expect(await admitted(100)).toBe(5)
    expect(changes).toEqual(['up', 'down'])
    expect(store.take).toHaveBeenCalledTimes(15 + 3)
    limits.stop()
  })

  it('reckon with what all admitted while the store was away, until it is a window ago', async () => {
    const { limits, store, admitted, clock } = setUp()
    store.isThere = false
    await limits.start()
    expect(await admitted(10)).toBe(10)
    store.isThere = true
    await limits.start()
    expect(limits.state.state).toBe('up')
    clock.ms += 1_000
    expect(await admitted(100)).toBe(30)
    clock.ms += 59_000
    expect(await admitted(100)).toBe(30)
    limits.stop()
  })

  it('go on by themselves when the store never answers', async () => {
    const { limits, store } = setUp()
    await limits.start()
    store.take.mockReturnValue(new Promise(() => undefined))
    const startedAt = performance.now()
    await expect(limits.take('ada', TAKING)).resolves.toMatchObject({ isAdmitted: true, remaining: 19 })
    expect(performance.now() - startedAt).toBeLessThan(250)
    limits.stop()
  })
})
