import { fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openRedis, type SharedRedis } from '#lib/platform/redis'
import type { Decided } from '../../scripts/testing/limit-process.ts'
import { type RedisServer, startRedis } from '../../scripts/testing/redis-server.ts'
import { startUpstash, UPSTASH_TEST_TOKEN } from '../../scripts/testing/upstash-server.ts'
import { SharedWindow } from './shared-window.ts'

const PROCESSES = 3
const LIMIT = 30
const WINDOW_MS = 1_000

let server: RedisServer
const ending: (() => unknown)[] = []
beforeAll(async () => {
  server = await startRedis()
})
afterAll(async () => {
  for (const end of ending.splice(0)) await end()
  await server.stop()
})

/** Processes that ask all the time, until the test is over. */
async function startProcesses() {
  const decided: Decided[] = []
  const states: string[] = []
  const children = Array.from({ length: PROCESSES }, () => {
    const child = fork(
      join(import.meta.dirname, '../../scripts/testing/limit-process.ts'),
      [String(server.port), String(WINDOW_MS), String(LIMIT)],
      { execArgv: ['--conditions=react-server', '--disable-warning=ExperimentalWarning'] },
    )
    ending.push(() => child.kill('SIGKILL'))
    child.on('message', (message: { decided?: Decided[]; state?: string }) => {
      decided.push(...(message.decided ?? []))
      if (message.state !== undefined) states.push(message.state)
    })
    return child
  })
  await expect
    .poll(() => states.filter((state) => state === 'up').length, { timeout: 20_000 })
    .toBe(PROCESSES)
  for (const child of children) child.send('flood')
  return { decided, states, since: (at: number) => decided.filter(({ askedAt }) => askedAt >= at) }
}

const nowMs = () => performance.timeOrigin + performance.now()

/** Of all windows the fullest, by requests that were asked and decided within it. */
function mostInAWindow(decided: readonly Decided[]): number {
  const admitted = decided.filter(({ isAdmitted }) => isAdmitted)
  return Math.max(
    0,
    ...admitted.map(
      ({ askedAt: from }) =>
        admitted.filter(({ askedAt, decidedAt }) => askedAt >= from && decidedAt < from + WINDOW_MS).length,
    ),
  )
}

describe('three processes on one Redis', () => {
  it('admit no more than the limit in every window, also frozen, and count together again by themselves', async () => {
    const { decided, states, since } = await startProcesses()
    await delay(3 * WINDOW_MS)
    const together = [...decided]
    expect(mostInAWindow(together)).toBeLessThanOrEqual(LIMIT + 1)
    // Not by refusing everybody: each window that passed was used.
    expect(together.filter(({ isAdmitted }) => isAdmitted).length).toBeGreaterThanOrEqual(2 * LIMIT)

    server.freeze()
    const frozenAt = nowMs()
    await delay(2.5 * WINDOW_MS)
    const frozen = since(frozenAt)
    expect(Math.max(...frozen.map(({ askedAt, decidedAt }) => decidedAt - askedAt))).toBeLessThanOrEqual(250)
    expect(states.filter((state) => state === 'down')).toHaveLength(PROCESSES)
    expect(mostInAWindow(frozen)).toBeLessThanOrEqual(LIMIT + 1)
    expect(frozen.filter(({ isAdmitted }) => isAdmitted).length).toBeGreaterThanOrEqual(LIMIT)

    server.thaw()
    await expect
      .poll(() => states.filter((state) => state === 'up').length, { timeout: 10_000 })
      .toBe(2 * PROCESSES)
    await delay(WINDOW_MS)
    const thawedAt = nowMs()
    await delay(2 * WINDOW_MS)
    expect(mostInAWindow(since(thawedAt))).toBeLessThanOrEqual(LIMIT + 1)
    expect(since(thawedAt).filter(({ isAdmitted }) => isAdmitted).length).toBeGreaterThanOrEqual(LIMIT)
  })
})

describe.each(['tcp', 'http'])('a count over %s', (way) => {
  let redis: SharedRedis
  beforeAll(async () => {
    if (way === 'tcp') redis = present(openRedis({ REDIS_URL: server.url }, 2_000))
    else {
      const upstash = await startUpstash(server.url)
      ending.push(upstash.close)
      const settings = { UPSTASH_REDIS_REST_URL: upstash.url, UPSTASH_REDIS_REST_TOKEN: UPSTASH_TEST_TOKEN }
      redis = present(openRedis(settings, 2_000))
    }
    ending.unshift(redis.close)
    await vi.waitFor(() => new SharedWindow(redis.scripts).attend('before', 1), { timeout: 5_000 })
  })

  it('is exact, says what is left and when to come again, and refuses without asking Redis twice', async () => {
    const [here, there] = [new SharedWindow(redis.scripts), new SharedWindow(redis.scripts)]
    const key = `exact ${way}`
    expect(await here.take(key, 3, 60_000)).toEqual({ isAdmitted: true, remaining: 2, resetSeconds: 60 })
    expect(await there.take(key, 3, 60_000)).toMatchObject({ isAdmitted: true, remaining: 1 })
    // As if two more had been admitted while Redis was away.
    expect(await there.take(key, 4, 60_000, 2)).toMatchObject({ isAdmitted: false, remaining: 0 })
    expect(await here.take(key, 3, 60_000)).toMatchObject({ isAdmitted: true, remaining: 0 })
    const refused = { isAdmitted: false, remaining: 0, resetSeconds: expect.any(Number) as number }
    expect(await here.take(key, 3, 60_000)).toEqual(refused)
    const { scripts } = redis
    let asked = 0
    const counted = new SharedWindow({
      eval: scripts.eval.bind(scripts),
      evalsha: (...args) => {
        asked += 1
        return scripts.evalsha(...args)
      },
    })
    expect(await counted.take(key, 3, 60_000)).toEqual(refused)
    expect(await counted.take(key, 3, 60_000)).toEqual(refused)
    expect(asked).toBe(1)
  })

  it('knows how many processes count', async () => {
    const window = new SharedWindow(redis.scripts)
    const before = await window.attend(`first ${way}`, 60_000)
    expect(await window.attend(`second ${way}`, 60_000)).toBe(before + 1)
    expect(await window.attend(`second ${way}`, 60_000)).toBe(before + 1)
  })
})

function present<T>(value: T | null): T {
  if (value === null) throw new Error('not configured')
  return value
}
