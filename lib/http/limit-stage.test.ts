import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { trustedProxies } from './client-address.ts'
import { createLimitStage } from './limit-stage.ts'
import { createRateLimiter } from './rate-limiter.ts'
import { countHere } from './limit-window.ts'
import { SlidingWindow } from './sliding-window.ts'

const ending: (() => Promise<unknown>)[] = []
afterEach(() => Promise.all(ending.splice(0).map((end) => end())))

async function serve(isBehindCache = false) {
  const refusals: { status: number; path: string }[] = []
  const limiter = createRateLimiter({
    window: countHere(new SlidingWindow({ nowMs: () => 0 })),
    proxies: { isTrusted: trustedProxies(''), header: 'x-forwarded-for' },
    knownCaller: (headers) => (headers.get('authorization') === null ? null : Promise.resolve('ada')),
    scale: 1,
  })
  const onRefusal = (event: { status: number; path: string }) => void refusals.push(event)
  const stage = createLimitStage({
    limiter,
    siteUrl: 'https://souk.test',
    isBehindCache,
    counts: 'asked',
    onRefusal,
  })
  const server = createServer((request, response) =>
    stage(request, response, () => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        // As the shared cache writes what it keeps.
        response.writeHead(200, ['cache-control', 'public, s-maxage=60', 'content-type', 'text/plain'])
        response.end(Buffer.concat(chunks))
      })
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ending.push(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init)
  return { ask, refusals }
}

it('refuses by a problem that says when to come back, and forgets no header of ours', async () => {
  const { ask, refusals } = await serve()
  const responses = await Promise.all(Array.from({ length: 61 }, () => ask('/api/marketplace/suggest?q=a')))
  const [refused, ...others] = responses.filter(({ status }) => status === 429)
  expect(others).toEqual([])
  expect(await refused?.json()).toMatchObject({ code: 'rate_limited', status: 429 })
  expect(Object.fromEntries(refused?.headers ?? [])).toMatchObject({
    'content-type': 'application/problem+json',
    'cache-control': expect.stringContaining('no-store') as string,
    'retry-after': '60',
    'ratelimit-policy': '"search";q=60;w=60',
    ratelimit: '"search";r=0;t=60',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': expect.any(String) as string,
  })
  expect(refusals).toEqual([expect.objectContaining({ status: 429, path: '/api/marketplace/suggest' })])
})

it('tells a client what it has left beside an answer that was kept for all', async () => {
  const { ask } = await serve()
  const { headers } = await ask('/api/stores/demo')
  expect(headers.get('ratelimit')).toBe('"store";r=99;t=60')
  expect(headers.get('cache-control')).toBe('public, s-maxage=60')
})

it('tells nobody what one client has left where a cache in front could keep it', async () => {
  const { ask } = await serve(true)
  const { headers } = await ask('/api/stores/demo')
  expect(headers.get('ratelimit')).toBeNull()
  expect(headers.get('ratelimit-policy')).toBe('"store";q=100;w=60')
})

it('loses nothing of a body while it finds out whose it is', async () => {
  const { ask } = await serve()
  const body = 'x'.repeat(200_000)
  const response = await ask('/api/purchases', {
    method: 'POST',
    body,
    headers: { authorization: 'Bearer a' },
  })
  expect(await response.text()).toBe(body)
  expect(response.headers.get('ratelimit-policy')).toBe('"purchase";q=30;w=60')
})

describe('a visitor who is too fast', () => {
  const PAGE = { headers: { accept: 'text/html,application/xhtml+xml' } }
  const flood = async (ask: Awaited<ReturnType<typeof serve>>['ask'], path: string, init: RequestInit) => {
    await Promise.all(Array.from({ length: 600 }, () => ask(path, init).then((answer) => answer.text())))
    return await ask(path, init)
  }

  it('gets a page that says when to come again, and leads nowhere else', async () => {
    const { ask } = await serve()
    const refused = await flood(ask, '/search?q=%22%3E%3Cscript%3E&a=1', PAGE)
    expect(refused.status).toBe(429)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '60',
      ratelimit: '"search";r=0;t=60',
    })
    const html = await refused.text()
    expect(html).toContain('<strong>60 seconds</strong>')
    expect(html).toContain('href="/search?q=%22%3E%3Cscript%3E&#38;a=1"')
    const [, hash = ''] =
      /style-src 'self' '(sha256-[^']+)'/.exec(refused.headers.get('content-security-policy') ?? '') ?? []
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(html) ?? []
    expect(hash).toBe(`sha256-${createHash('sha256').update(style).digest('base64')}`)
  })

  it('is told so by the form that a script sent, in a line that the page can show', async () => {
    const { ask } = await serve()
    const sent = { method: 'POST', headers: { accept: 'text/x-component', 'next-action': 'abc' }, body: '' }
    const refused = await flood(ask, '/sign-in', sent)
    expect(refused.headers.get('content-type')).toBe('text/plain')
    expect(await refused.text()).toBe('Too many requests. Try again in 60 seconds.')
  })

  it('gets a page for a form without scripts, and is not sent on by it', async () => {
    const { ask } = await serve()
    const refused = await flood(ask, '/sign-in', { ...PAGE, method: 'POST', body: 'a=1' })
    expect(refused.status).toBe(429)
    const html = await refused.text()
    expect(html).toContain('nothing was changed')
    expect(html).not.toContain('Try again</a>')
  })

  it('that is a program gets the problem, whatever it would rather read', async () => {
    const { ask } = await serve()
    const refused = await flood(ask, '/api/stores/demo', PAGE)
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
  })
})
