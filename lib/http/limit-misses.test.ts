import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { trustedProxies } from './client-address.ts'
import { createEdgeStage } from './edge-stage.ts'
import { openFront, type Stage } from './front.ts'
import { createLimitStage } from './limit-stage.ts'
import { countHere } from './limit-window.ts'
import { createRateLimiter, type Counting } from './rate-limiter.ts'
import { SlidingWindow } from './sliding-window.ts'

/** A tenth of that of pages. */
const LIMIT = 60

describe('limits of what no cache has answered', () => {
  let nowMs = 0
  let origin: string[] = []
  let ask: (path: string, ip?: string, headers?: Record<string, string>) => Promise<number>
  let close: () => Promise<unknown>

  beforeEach(async () => {
    nowMs = 0
    origin = []
    const { secret } = openFront()
    const limiter = createRateLimiter({
      window: countHere(new SlidingWindow({ nowMs: () => nowMs })),
      proxies: { isTrusted: trustedProxies('127.0.0.1'), header: 'x-forwarded-for' },
      knownCaller: () => null,
      scale: 0.1,
    })
    const limits = (counts: Counting) =>
      createLimitStage({
        ...{ limiter, counts, siteUrl: 'https://souk.test', isBehindCache: false },
        onRefusal: () => undefined,
      })
    const edge = createEdgeStage({
      ...{ maxBytes: 1_048_576, secret, host: 'souk.test', nowMs: () => nowMs },
      mayKeep: (pathname) => !pathname.startsWith('/own'),
      isForEverybody: () => true,
      tagsOf: () => [],
      onPurge: () => undefined,
      onSent: () => undefined,
    })
    const stages: Stage[] = [limits('asked'), edge, limits('missed')]
    const pass: (index: number) => Stage = (index) => (request, response, goOn) => {
      const stage = stages[index]
      if (!stage) return goOn(request, response)
      stage(request, response, (inner = request, answer = response) => pass(index + 1)(inner, answer, goOn))
    }
    const server = createServer((incoming, outgoing) =>
      pass(0)(incoming, outgoing, (request = incoming, response = outgoing) => {
        origin.push(request.url ?? '')
        const isThere = !request.url?.includes('nothing')
        response
          .writeHead(isThere ? 200 : 404, { 'cache-control': isThere ? 'public, max-age=60' : 'no-store' })
          .end('made')
      }),
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    close = () => new Promise((resolve) => server.close(resolve))
    const { port } = server.address() as AddressInfo
    ask = (path, ip = '203.0.113.1', headers = {}) =>
      new Promise((resolve, reject) => {
        httpRequest({ port, path, headers: { 'x-forwarded-for': ip, ...headers } }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode ?? 0))
        })
          .on('error', reject)
          .end()
      })
  })
  afterEach(() => close())

  const many = async (times: number, path: (index: number) => string) => {
    const statuses = await Promise.all(Array.from({ length: times }, (_, index) => ask(path(index))))
    return statuses.filter((status) => status !== 429).length
  }

  it.each(['/packages/nothing/a', '/api/v1/packages/nothing/a/%3E1.', '/own/'])(
    'admits %s… as often as anything else and then refuses that client alone',
    async (prefix) => {
      const path = (index: number) => `${prefix}${index}${prefix.startsWith('/api') ? '/download' : ''}`
      expect(await many(LIMIT + 20, path)).toBe(LIMIT)
      expect(origin).toHaveLength(LIMIT)
      expect(await ask(path(LIMIT + 30), '203.0.113.2')).not.toBe(429)
    },
  )

  it('leaves free what the cache has, also for whoever is at the limit', async () => {
    expect(await many(5 * LIMIT, () => '/packages/demo/a')).toBe(5 * LIMIT)
    expect(origin).toHaveLength(1)
    await many(LIMIT, (index) => `/packages/nothing/b${index}`)
    expect(await ask('/packages/nothing/c')).toBe(429)
    expect(await ask('/packages/demo/a')).toBe(200)
  })

  it('counts for nobody what the cache asks anew', async () => {
    await ask('/packages/demo/a', '203.0.113.2')
    nowMs = 30_000
    await many(LIMIT, (index) => `/packages/nothing/b${index}`)
    // Fresh no more, and too old to be served meanwhile.
    nowMs = 61_000
    expect(await ask('/packages/nothing/c')).toBe(429)
    expect(await ask('/packages/demo/a')).toBe(200)
    expect(origin.filter((path) => path === '/packages/demo/a')).toHaveLength(2)
  })

  it('does not refuse those who wait for the same because the first of them is at its limit', async () => {
    await many(LIMIT, (index) => `/packages/nothing/b${index}`)
    const [first, second] = await Promise.all([
      ask('/packages/demo/new'),
      ask('/packages/demo/new', '203.0.113.2'),
    ])
    expect([first, second]).toEqual([429, 200])
  })

  it('counts once what is limited whoever answers it', async () => {
    expect(await many(9, (index) => `/api/marketplace?q=a${index}`)).toBe(6)
  })
})
