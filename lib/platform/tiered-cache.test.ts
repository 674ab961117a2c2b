import { beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '#lib/kernel/problem'
import { TieredCache } from './tiered-cache.ts'

describe('the process cache', () => {
  let nowMs = 0
  let made = 0
  let fails: Error | null = null
  let cache: TieredCache
  const read = () =>
    cache.read({
      key: 'a',
      tier: 'hot',
      tags: ['listing'],
      load: () => (fails ? Promise.reject(fails) : Promise.resolve(++made)),
    })

  beforeEach(() => {
    nowMs = 0
    made = 0
    fails = null
    cache = new TieredCache(() => nowMs)
  })

  it('asks once for all who want the same, and no more while it is fresh', async () => {
    expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1])
    nowMs = 59_000
    expect(await read()).toBe(1)
  })

  it('serves what is old while it asks anew, and waits when it is too old for that', async () => {
    await read()
    nowMs = 61_000
    expect(await read()).toBe(1)
    expect(await read()).toBe(2)
    nowMs += 400_000
    expect(await read()).toBe(3)
  })

  it('serves what it has for a day while the database is away, and asks no more than once a second', async () => {
    await read()
    nowMs = 400_000
    fails = new Problem('unavailable', 'Away')
    expect(await read()).toBe(1)
    fails = new Error('asked again')
    expect(await read()).toBe(1)
    nowMs += 1_001
    await expect(read()).rejects.toThrow('asked again')
  })

  it('lets failures through that are no outage, and forgets what is gone', async () => {
    await read()
    nowMs = 400_000
    fails = new Problem('not_found', 'Gone')
    await expect(read()).rejects.toThrow('Gone')
    fails = new Problem('unavailable', 'Away')
    await expect(read()).rejects.toThrow('Away')
  })

  it('drops by tag, also what was asked before', async () => {
    await read()
    cache.purge(['else'])
    expect(await read()).toBe(1)
    cache.purge(['listing'])
    const early = read()
    cache.purge(['listing'])
    expect(await read()).toBe(3)
    await early
    expect(await read()).toBe(3)
  })
})
