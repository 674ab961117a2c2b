import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from './api.ts'
import { backOffMs, drainQueue } from './drain-queue.ts'
import type { PurchaseIntent, PurchaseOutcome } from './purchase-intent.ts'
import { findSame, newEntry, type PurchaseQueue, type QueueEntry } from './purchase-queue.ts'

const order = (id: string) => ({ kind: 'bought', order: { id } }) as PurchaseOutcome
const refused = (code: 'price_changed' | 'user_changed') =>
  ({ kind: 'refused', code, detail: 'No.' }) as const
const away = (retryAfterSeconds: number | null = null) =>
  ({ kind: 'unknown', code: 'unavailable', detail: 'Away.', retryAfterSeconds }) as const
const slow = (retryAfterSeconds: number) =>
  ({ kind: 'postponed', code: 'rate_limited', detail: 'Slow.', retryAfterSeconds }) as const

class Died extends Error {}

function memoryQueue() {
  let entries: QueueEntry[] = []
  let lastId = 0
  const queue: PurchaseQueue = {
    list: () => Promise.resolve(structuredClone(entries)),
    add: (entry) => {
      const same = findSame(entries, entry)
      if (same) return Promise.resolve(same)
      const added = { ...structuredClone(entry), id: (lastId += 1) }
      entries.push(added)
      return Promise.resolve(added)
    },
    change: (id, change) => {
      const known = entries.find((entry) => entry.id === id)
      const next = known ? change(known) : null
      entries = entries.flatMap((entry) => (entry.id === id ? (next ?? []) : entry))
      return Promise.resolve(next)
    },
  }
  return queue
}

/** @param answers in turn; a function is called with the intent. */
function world(answers: (PurchaseOutcome | ((intent: PurchaseIntent) => PurchaseOutcome))[] = []) {
  const queue = memoryQueue()
  const sent: string[] = []
  const facts = { nowMs: 1000, userId: 'ada' as string | null, failure: null as Error | null, questions: 0 }
  const drain = (isEager = false) =>
    drainQueue(
      {
        queue,
        send: (intent) => {
          sent.push(intent.handle)
          const answer = answers.shift() ?? order(intent.handle)
          return Promise.resolve(typeof answer === 'function' ? answer(intent) : answer)
        },
        askWhoIsHere: () => {
          facts.questions += 1
          return facts.failure ? Promise.reject(facts.failure) : Promise.resolve(facts.userId)
        },
        nowMs: () => facts.nowMs,
        random: () => 1,
      },
      { isEager },
    )
  const agree = async (handle: string, userId = 'ada', expiresAt = 1_000_000) => {
    const expectedPrice = { amount: 100, currency: 'USD' as const }
    return await queue.add(
      newEntry(
        { handle, userId, payWith: 'wallet', expectedPrice, key: `key of ${handle}`, expiresAt },
        handle,
      ),
    )
  }
  const outcomes = async () => (await queue.list()).map(({ outcome }) => outcome?.kind ?? 'waiting')
  return { queue, sent, facts, drain, agree, outcomes }
}

describe('what waits to be bought', () => {
  it('is sent in the order of agreeing, and its outcome stays to be seen', async () => {
    const { agree, drain, sent, outcomes } = world([order('1'), refused('price_changed'), order('3')])
    for (const handle of ['a', 'b', 'c']) await agree(handle)
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['a', 'b', 'c'])
    expect(await outcomes()).toEqual(['bought', 'refused', 'bought'])
  })

  it('waits behind one that cannot be answered yet, for as long as the server says', async () => {
    const { agree, drain, sent, facts } = world([away(7), slow(3)])
    await agree('a')
    await agree('b')
    expect(await drain()).toBe(8000)
    expect(await drain(true), 'nobody is more eager than the server').toBe(8000)
    expect(sent).toEqual(['a'])
    facts.nowMs = 8000
    expect(await drain()).toBe(11_000)
    facts.nowMs = 11_000
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['a', 'a', 'a', 'b'])
  })

  it('is tried again less and less often, and at once when the network is back', async () => {
    const { agree, drain, sent, facts } = world([away(), away()])
    await agree('a')
    expect(await drain()).toBe(3000)
    expect(await drain()).toBe(3000)
    expect(sent).toHaveLength(1)
    expect(await drain(true)).toBe(facts.nowMs + 4000)
    expect(await drain(true)).toBeNull()
    expect(backOffMs(100, () => 1)).toBe(300_000)
    expect(backOffMs(1, () => 0)).toBe(1000)
  })

  it('is sent in nobody’s name but that of who agreed', async () => {
    const { agree, drain, sent, facts, outcomes } = world()
    await agree('a', 'ada')
    await agree('b', 'bob')
    facts.userId = null
    expect(await drain()).toBeNull()
    expect(sent).toEqual([])
    facts.userId = 'bob'
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['b'])
    facts.userId = 'ada'
    await drain()
    expect(sent).toEqual(['b', 'a'])
    expect(await outcomes()).toEqual(['bought', 'bought'])
  })

  it('stays when the server finds that somebody else has signed in meanwhile', async () => {
    const { agree, drain, sent, outcomes } = world([refused('user_changed')])
    await agree('a')
    await agree('b')
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['a'])
    expect(await outcomes()).toEqual(['waiting', 'waiting'])
  })

  it('is not sent while nobody can be asked who is here, and nobody is asked without need', async () => {
    const { agree, drain, sent, facts } = world()
    expect(await drain()).toBeNull()
    expect(facts.questions).toBe(0)
    await agree('a')
    facts.failure = new Error('no network')
    expect(await drain()).toBeGreaterThan(facts.nowMs)
    expect(sent).toEqual([])
  })

  it('has all tabs ask less and less often who is here while nobody answers, and at once when the network is back', async () => {
    const { agree, drain, sent, facts, queue } = world()
    await agree('a', 'ada', Infinity)
    await agree('b', 'ada', Infinity)
    facts.failure = new ApiError('network', 'No network.')
    const waits: number[] = []
    for (let round = 0; round < 10; round += 1) {
      const nextMs = (await drain()) ?? 0
      expect(await drain(), 'another tab').toBe(nextMs)
      waits.push(nextMs - facts.nowMs)
      facts.nowMs = nextMs
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1000))
    expect(facts.questions).toBe(10)
    expect(await queue.list()).toMatchObject([{ isUncertain: false, trouble: { code: 'network' } }, {}])
    await drain()
    expect(sent).toEqual([])
    facts.failure = null
    expect(await drain(true)).toBeNull()
    expect(sent).toEqual(['a', 'b'])
  })

  it('asks who is here no sooner than the server says, however eager', async () => {
    const { agree, drain, sent, facts } = world()
    await agree('a')
    facts.failure = new ApiError('rate_limited', 'Slow.', { status: 429, retryAfterSeconds: 60 })
    expect(await drain()).toBe(61_000)
    facts.failure = null
    expect(await drain(true)).toBe(61_000)
    expect([facts.questions, sent]).toEqual([1, []])
    facts.nowMs = 61_000
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['a'])
  })

  it('says so when the agreement is too old, and is not sent', async () => {
    const { agree, drain, sent, facts, outcomes } = world([away(1)])
    await agree('a', 'ada', 5000)
    await drain()
    facts.nowMs = 5000
    expect(await drain()).toBeNull()
    expect(sent).toEqual(['a'])
    expect(await outcomes()).toEqual(['expired'])
    expect((await world().queue.list()).length).toBe(0)
  })

  it('is one purchase however often it is agreed to at the same price', async () => {
    const { agree, queue } = world()
    const [first, second] = [await agree('a'), await agree('a')]
    expect(second.id).toBe(first.id)
    expect(await queue.list()).toHaveLength(1)
  })

  it('that was being sent by somebody who died may have been bought, and is asked again', async () => {
    const { agree, drain, queue } = world([
      () => {
        throw new Died()
      },
    ])
    const { id } = await agree('a')
    await expect(drain()).rejects.toThrow(Died)
    expect(await queue.list()).toMatchObject([{ isSending: true, isUncertain: false }])
    await drain()
    expect(await queue.list()).toMatchObject([{ id, isSending: false, outcome: { kind: 'bought' } }])
  })
})

it('buys everything once and in order, whatever the server answers and whoever dies when', async () => {
  const event = fc.constantFrom('done', 'lost', 'unheard', 'away', 'slow', 'died before', 'died after')
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { maxLength: 30 }),
      fc.integer({ min: 1, max: 6 }),
      async (events, size) => {
        const script = [...events]
        const done = new Map<string, string>()
        const bought: string[] = []
        const perform = ({ key, handle }: PurchaseIntent) => {
          if (!done.has(key)) bought.push(handle)
          done.set(key, handle)
          return order(handle)
        }
        const answer = (intent: PurchaseIntent): PurchaseOutcome => {
          const met = script.shift() ?? 'done'
          if (['done', 'lost', 'died after'].includes(met)) perform(intent)
          if (met.startsWith('died')) throw new Died()
          if (met === 'slow') return slow(1)
          return met === 'done' ? order(intent.handle) : away(met === 'away' ? 1 : null)
        }
        const { agree, drain, facts, outcomes } = world(Array<typeof answer>(100).fill(answer))
        const handles = Array.from({ length: size }, (_, index) => `p${index}`)
        for (const handle of handles) await agree(handle, 'ada', Infinity)
        for (let round = 0; round < 60; round += 1) {
          const nextMs = await drain().catch(() => facts.nowMs)
          if (nextMs === null) break
          facts.nowMs = nextMs
        }
        expect(bought).toEqual(handles)
        expect(await outcomes()).toEqual(handles.map(() => 'bought'))
      },
    ),
    { numRuns: 200 },
  )
})
