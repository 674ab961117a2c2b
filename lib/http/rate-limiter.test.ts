import { describe, expect, it, vi } from 'vitest'
import { trustedProxies } from './client-address.ts'
import { knownCaller } from './known-caller.ts'
import { createRateLimiter, type Decision } from './rate-limiter.ts'
import { countHere } from './limit-window.ts'
import { SlidingWindow } from './sliding-window.ts'

function setUp(scale = 1) {
  const clock = { ms: 0 }
  const userOf = vi.fn((headers: Pick<Headers, 'get'>) => {
    const [, userId] = /^Bearer good-(\w+)/.exec(headers.get('authorization') ?? '') ?? []
    if (headers.get('authorization') === 'Bearer down') return Promise.reject(new Error('no keys'))
    return Promise.resolve(userId ?? null)
  })
  const limiter = createRateLimiter({
    window: countHere(new SlidingWindow({ nowMs: () => clock.ms })),
    proxies: { isTrusted: trustedProxies('127.0.0.1'), header: 'x-forwarded-for' },
    knownCaller: knownCaller(userOf),
    scale,
  })
  const ask = async (
    url: string,
    { method = 'GET', ip = '203.0.113.1', token }: { method?: string; ip?: string; token?: string } = {},
  ): Promise<Decision | null> => {
    const headers = new Headers({ 'x-forwarded-for': ip, ...(token && { authorization: `Bearer ${token}` }) })
    return await limiter({ method, url, headers, peer: '127.0.0.1', counts: 'asked' })
  }
  /** How many of many are admitted. */
  const admitted = async (url: string, init: Parameters<typeof ask>[1] = {}, times = 300) => {
    let count = 0
    for (let index = 0; index < times; index += 1) if (!(await ask(url, init))?.refusal) count += 1
    return count
  }
  return { ask, admitted, clock, userOf }
}

describe('a limit', () => {
  it('admits exactly so many, and says how many are left and until when', async () => {
    const { ask, admitted, clock } = setUp()
    expect(await ask('/api/marketplace?q=a')).toEqual({
      headers: { 'RateLimit-Policy': '"search";q=60;w=60', RateLimit: '"search";r=59;t=60' },
      refusal: null,
    })
    expect(await admitted('/api/marketplace?q=a')).toBe(59)
    clock.ms += 30_000
    const refused = await ask('/api/marketplace/suggest?q=a')
    expect(refused?.headers.RateLimit).toBe('"search";r=0;t=30')
    expect(refused?.refusal).toMatchObject({
      code: 'rate_limited',
      status: 429,
      headers: { 'retry-after': '30' },
    })
    expect(await admitted('/api/marketplace', {}, 201)).toBe(200)
    clock.ms += 30_000
    expect(await admitted('/api/marketplace?q=a')).toBe(60)
  })

  it('is each address its own, and a person its own wherever they are', async () => {
    const { admitted } = setUp()
    expect(await admitted('/api/stores/demo')).toBe(100)
    expect(await admitted('/api/stores/demo', { ip: '203.0.113.2' })).toBe(100)
    expect(await admitted('/api/stores/demo', { token: 'good-ada' }, 60)).toBe(60)
    expect(await admitted('/api/stores/demo', { token: 'good-ada', ip: '203.0.113.9' })).toBe(40)
    expect(await admitted('/api/stores/demo', { token: 'good-bob' })).toBe(100)
  })

  it('is not evaded by credentials that are not good, or cannot be checked', async () => {
    const { ask, admitted } = setUp()
    expect(await admitted('/api/stores/demo', { token: 'down' }, 50)).toBe(50)
    for (let index = 0; index < 50; index += 1) await ask('/api/stores/demo', { token: `made-up-${index}` })
    expect(await admitted('/api/stores/demo')).toBe(0)
  })

  it('does not wait for a database that does not answer to say who somebody is', async () => {
    const { ask, userOf } = setUp()
    const answers: ((userId: string) => void)[] = []
    userOf.mockImplementation(() => new Promise((resolve) => answers.push(resolve)))
    expect((await ask('/api/stores/demo', { token: 'good-ada' }))?.refusal).toBeNull()
    expect((await ask('/api/stores/demo'))?.headers.RateLimit).toBe('"store";r=98;t=60')
    for (const answer of answers) answer('ada')
    await vi.waitFor(async () => {
      expect((await ask('/api/stores/demo', { token: 'good-ada' }))?.headers.RateLimit).toContain('r=99')
    })
  })

  it('on signing in is the address’s, whoever one is already, and to whichever page nobody sends the form', async () => {
    const { admitted } = setUp()
    expect(await admitted('/sign-in', { method: 'POST', token: 'good-ada' }, 10)).toBe(10)
    expect(await admitted('/', { method: 'POST' })).toBe(10)
    expect(await admitted('/sign-up', { method: 'POST', token: 'good-bob' })).toBe(0)
    expect(await admitted('/settings', { method: 'POST', token: 'good-bob' })).toBe(120)
  })

  it('is multiplied by the scale, and never nothing', async () => {
    expect(await setUp(2).admitted('/api/stores/demo')).toBe(200)
    expect(await setUp(0.001).admitted('/api/stores/demo')).toBe(1)
  })

  it('asks who somebody is once a minute', async () => {
    const { admitted, userOf } = setUp()
    await admitted('/api/stores/demo', { token: 'good-ada' })
    expect(userOf).toHaveBeenCalledTimes(1)
  })

  it('does not exist for health', async () => {
    expect(await setUp().ask('/api/health')).toBeNull()
  })
})
