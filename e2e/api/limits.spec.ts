/** Limits as a program meets them. Each test speaks for an address of its own, through a proxy that the server trusts. */
import { expect, test } from '@playwright/test'

const SUGGEST = '/api/marketplace/suggest?q=a'

test('so many requests are answered as the policy says, then one is refused and told when to come back', async ({
  request,
}) => {
  const headers = { 'x-forwarded-for': '198.51.100.7' }
  const first = await request.get(SUGGEST, { headers })
  const [, quota] = /^"search";q=(\d+);w=60$/.exec(first.headers()['ratelimit-policy'] ?? '') ?? []
  const limit = Number(quota)
  expect(limit).toBeGreaterThan(0)
  expect(first.headers().ratelimit).toBe(`"search";r=${limit - 1};t=60`)
  const statuses = [first.status()]
  // Past the limit by more than what the window could give back meanwhile.
  while (statuses.length < limit + 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => request.get(SUGGEST, { headers })))
    statuses.push(...answers.map((answer) => answer.status()))
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(limit)
  expect(new Set(statuses)).toEqual(new Set([200, 429]))

  const refused = await request.get(SUGGEST, { headers })
  expect(refused.status()).toBe(429)
  expect(refused.headers()).toMatchObject({
    'content-type': 'application/problem+json',
    'ratelimit-policy': `"search";q=${limit};w=60`,
  })
  expect(refused.headers().ratelimit).toMatch(/^"search";r=0;t=\d+$/)
  expect(Number(refused.headers()['retry-after'])).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ code: 'rate_limited', status: 429 })

  // Neither other kinds of requests nor other clients pay for it; and another spelling is no way around.
  expect((await request.get('/api/marketplace', { headers })).status()).toBe(200)
  expect((await request.get('/api/health', { headers })).headers().ratelimit).toBeUndefined()
  expect((await request.get(SUGGEST.replace('suggest', 's%75ggest'), { headers })).status()).toBe(429)
  const neighbour = await request.get(SUGGEST, { headers: { 'x-forwarded-for': '198.51.100.8' } })
  expect(neighbour.status()).toBe(200)
  expect(neighbour.headers().ratelimit).toBe(`"search";r=${limit - 1};t=60`)
})

test('an IPv6 line is one client, whatever it calls itself, and a made-up token is nobody', async ({
  request,
}) => {
  const left = async (headers: Record<string, string>) => {
    const answer = await request.get('/api/stores/demo', { headers })
    return Number(/r=(\d+)/.exec(answer.headers().ratelimit ?? '')?.[1])
  }
  const first = await left({ 'x-forwarded-for': '2001:db8:7:7::1' })
  expect(await left({ 'x-forwarded-for': '2001:db8:7:7:ffff::2' })).toBe(first - 1)
  expect(await left({ 'x-forwarded-for': '1.1.1.1, 2001:db8:7:7::3' })).toBe(first - 2)
  expect(await left({ 'x-forwarded-for': '2001:db8:7:7::3', authorization: 'Bearer souk_made_up' })).toBe(
    first - 3,
  )
  expect(await left({ 'x-forwarded-for': '2001:db8:7:8::1' })).toBe(first)
})
