import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { Problem } from '#lib/kernel/problem'
import { ALL_TAGS } from './cache-purge.ts'
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

  it('neither keeps nor gives to later readers what began before a purge of one of its tags, in any order', async () => {
    const TAGS: Record<string, string[]> = { a: ['a', 'shelf'], b: ['b', 'shelf'] }
    const step = fc.oneof(
      fc.record({ kind: fc.constant('read' as const), key: fc.constantFrom('a', 'b') }),
      fc.record({ kind: fc.constant('land' as const), which: fc.nat(3) }),
      fc.record({
        kind: fc.constant('purge' as const),
        tag: fc.constantFrom('a', 'b', 'shelf', 'else', ALL_TAGS),
      }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        cache = new TieredCache(() => 0)
        const versions = new Map([...'ab'].map((key) => [key, 0]))
        const kept = new Map<string, number>()
        const under: { key: string; version: number; finish: () => void }[] = []
        const load = (key: string) => {
          const version = versions.get(key) ?? 0
          return new Promise<number>((resolve) => {
            under.push({ key, version, finish: () => resolve(version) })
          })
        }
        const land = async (index: number) => {
          const [landing] = under.splice(index, 1)
          landing?.finish()
          await new Promise(setImmediate)
          if (landing && landing.version === versions.get(landing.key)) kept.set(landing.key, landing.version)
        }
        const reads: Promise<void>[] = []
        for (const each of steps) {
          if (each.kind === 'land') await land(each.which % Math.max(1, under.length))
          else if (each.kind === 'purge') {
            cache.purge([each.tag])
            for (const [key, tags] of Object.entries(TAGS)) {
              if (each.tag !== ALL_TAGS && !tags.includes(each.tag)) continue
              versions.set(key, (versions.get(key) ?? 0) + 1)
              kept.delete(key)
            }
          } else {
            const { key } = each
            const current = versions.get(key)
            const underBefore = under.length
            const reading = cache.read({ key, tier: 'hot', tags: TAGS[key] ?? [], load: () => load(key) })
            // What is kept is not asked for again, whatever else was called back.
            if (kept.has(key)) expect(under).toHaveLength(underBefore)
            reads.push(reading.then((value) => expect(value).toBeGreaterThanOrEqual(current ?? 0)))
          }
        }
        while (under.length > 0) await land(0)
        await Promise.all(reads)
      }),
      { numRuns: 300 },
    )
  })

  it('holds no more than so many bytes: what was not read for longest goes', async () => {
    cache = new TieredCache(() => nowMs, 100_000)
    let loads = 0
    const big = (key: string) =>
      cache.read({ key, tier: 'hot', tags: [], load: () => Promise.resolve(`${++loads}`.repeat(5_000)) })
    for (let index = 0; index < 10; index += 1) await big(String(index))
    await big('9')
    expect(loads).toBe(10)
    await big('0')
    expect(loads).toBe(11)
  })
})
