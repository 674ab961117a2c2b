import { SignJWT } from 'jose'
import { NextRequest } from 'next/server'
import { describe, expect, it, vi } from 'vitest'
import { Problem } from '#lib/kernel/problem'
import { GRACE_HEADER } from './actor.ts'
import type { EndpointSpec } from './endpoint.ts'
import { endpointMatcher } from './endpoint-match.ts'
import { createGate, type GateDependencies } from './gate.ts'
import { NO_PRERENDERED_PAGES } from './prerendered-pages.ts'
import { parseCookies, readSession, sessionCookies, type StoredSession } from './session-cookie.ts'
import type { Renewal } from './session-renewal.ts'

vi.hoisted(() => {
  process.env.SUPABASE_URL = 'http://127.0.0.1:9'
  process.env.SUPABASE_PUBLISHABLE_KEY = 'unused'
  process.env.SUPABASE_SECRET_KEY = 'unused'
  process.env.DATABASE_URL = 'postgres://127.0.0.1:9/unused'
})

const common = {
  summary: 'Test',
  tags: ['test'],
  problems: [],
  cache: 'private',
  responses: [{ status: 204, description: 'Done' }],
} as const
const endpoints: EndpointSpec[] = [
  { ...common, method: 'GET', path: '/api/things/{name}', operationId: 'read', access: 'public' },
  { ...common, method: 'PATCH', path: '/api/mine/{name}', operationId: 'change', access: 'signed-in' },
  { ...common, method: 'GET', path: '/api/mine/{name}', operationId: 'readMine', access: 'optional' },
]

function setUp(overrides: Partial<GateDependencies> = {}) {
  const renew = vi.fn((_session: StoredSession): Promise<Renewal> => Promise.resolve({ outcome: 'ended' }))
  const refusals: unknown[] = []
  const gate = createGate({
    endpointsAt: endpointMatcher(endpoints),
    pages: NO_PRERENDERED_PAGES,
    limiter: null,
    renewer: { renew },
    cookieOptions: { path: '/', httpOnly: true, secure: false, sameSite: 'lax' },
    siteUrl: 'http://souk.test',
    isDevelopment: false,
    onFailure: (error) => {
      throw error
    },
    onRefusal: (event) => refusals.push(event),
    ...overrides,
  })
  const ask = (path: string, init: { method?: string; headers?: Record<string, string> } = {}) =>
    gate(new NextRequest(`http://souk.test${path}`, init))
  return { ask, renew, refusals }
}

/** What Next hands on to the page or route handler. */
const handedOn = (response: Response, name: string) => response.headers.get(`x-middleware-request-${name}`)
const isHandedOn = (response: Response) => response.headers.get('x-middleware-next') === '1'

async function sessionWith(secondsLeft: number): Promise<StoredSession> {
  const accessToken = await new SignJWT({ role: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(Date.now() / 1000) + secondsLeft)
    .sign(new TextEncoder().encode('a secret that is long enough'))
  return { access_token: accessToken, refresh_token: `refresh-${secondsLeft}` }
}

function cookieHeader(session: StoredSession): string {
  return sessionCookies(session, [])
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
}

describe('an API address', () => {
  it('that does not exist is a 404 problem, not a page', async () => {
    const { ask, refusals } = setUp()
    const response = await ask('/api/nothing/here?token=secret')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'not_found' })
    expect(refusals).toMatchObject([{ method: 'GET', status: 404 }])
    expect(JSON.stringify(refusals)).not.toContain('secret')
  })

  it('that is not well encoded is a 400 problem', async () => {
    const response = await setUp().ask('/api/things/%E0%A4%A')
    expect(await response.json()).toMatchObject({ status: 400, code: 'bad_request' })
  })

  it('with another method is a 405 problem that says which it takes', async () => {
    const response = await setUp().ask('/api/mine/lamp', { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('PATCH, GET, HEAD, OPTIONS')
    expect(await response.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
  })

  it('answers OPTIONS with its methods', async () => {
    const response = await setUp().ask('/api/things/lamp', { method: 'OPTIONS' })
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS'])
  })

  it.each(['GET', 'HEAD'])(
    'takes %s where there is a GET, under a policy that forbids everything',
    async (method) => {
      const response = await setUp().ask('/api/things/lamp.v2', { method })
      expect(isHandedOn(response)).toBe(true)
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'",
      )
    },
  )
})

describe('every request', () => {
  it('has one id, for the handler and for the client', async () => {
    const response = await setUp().ask('/somewhere')
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(handedOn(response, 'x-request-id')).toBe(response.headers.get('x-request-id'))
  })

  it('cannot bring the headers that speak for the gate', async () => {
    const headers = {
      [GRACE_HEADER]: '1',
      'x-nonce': 'mine',
      'content-security-policy': "script-src 'nonce-mine'",
    }
    for (const path of ['/somewhere', '/api/things/lamp', '/api/mine/lamp']) {
      const response = await setUp().ask(path, { headers })
      expect(handedOn(response, GRACE_HEADER)).toBeNull()
      expect(handedOn(response, 'x-nonce')).not.toBe('mine')
      expect(handedOn(response, 'content-security-policy') ?? '').not.toContain('mine')
    }
  })

  it('gets HSTS and upgraded links over HTTPS only', async () => {
    const plain = await setUp().ask('/somewhere')
    expect(plain.headers.get('strict-transport-security')).toBeNull()
    expect(plain.headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests')
    const secure = await setUp({ siteUrl: 'https://souk.test' }).ask('/somewhere')
    expect(secure.headers.get('strict-transport-security')).toContain('max-age=63072000')
    expect(secure.headers.get('content-security-policy')).toContain('upgrade-insecure-requests')
  })
})

describe('a page', () => {
  it('gets a fresh nonce that Next finds in the request, and nothing else may run inline', async () => {
    const { ask } = setUp()
    const [first, second] = [await ask('/somewhere'), await ask('/somewhere')]
    const nonce = handedOn(first, 'x-nonce') ?? ''
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(handedOn(second, 'x-nonce')).not.toBe(nonce)
    const policy = first.headers.get('content-security-policy') ?? ''
    expect(policy).toContain(`script-src 'self' 'nonce-${nonce}';`)
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}';`)
    expect(handedOn(first, 'content-security-policy')).toContain(`'nonce-${nonce}'`)
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|https?:/)
  })

  it('that the build rendered gets hashes, no nonce, no cookie, and may be cached', async () => {
    const hashes = { scripts: ['sha256-one'], styles: ['sha256-two'] }
    const pages = { ...NO_PRERENDERED_PAGES, find: () => Promise.resolve({ hashes, isRevalidated: false }) }
    const { ask, renew } = setUp({ pages })
    const response = await ask('/docs', { headers: { cookie: cookieHeader(await sessionWith(-5)) } })
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self' 'sha256-one';")
    expect(policy).toContain("style-src 'self' 'sha256-two';")
    expect(policy).not.toContain('nonce')
    expect(handedOn(response, 'x-nonce')).toBeNull()
    expect(renew).not.toHaveBeenCalled()
    expect(response.headers.get('cache-control')).toMatch(/^public, max-age=300/)
  })

  it('that is rendered anew from time to time keeps its own cache headers', async () => {
    const page = { hashes: { scripts: [], styles: [] }, isRevalidated: true }
    const pages = { ...NO_PRERENDERED_PAGES, find: () => Promise.resolve(page) }
    expect((await setUp({ pages }).ask('/')).headers.get('cache-control')).toBeNull()
  })

  it('whose address is not well encoded is a 400, before Next fails on it', async () => {
    const response = await setUp().ask('/packages/%E0%A4%A/lamp')
    expect([response.status, isHandedOn(response)]).toEqual([400, false])
  })

  it.each([
    ['no origin', {}],
    ['an opaque origin', { origin: 'null' }],
    ['another site', { origin: 'https://evil.test' }],
    ['another site by way of a proxy', { origin: 'https://evil.test', 'x-forwarded-host': 'evil.test' }],
  ])('takes no form or server action from %s', async (_, headers: Record<string, string>) => {
    const response = await setUp().ask('/settings', { method: 'POST', headers })
    expect([response.status, isHandedOn(response)]).toEqual([403, false])
    expect(await response.json()).toMatchObject({ code: 'csrf_failed' })
  })

  it('with a multipart form that names no boundary is a 400, before Next fails on it', async () => {
    const { ask } = setUp()
    const headers = { origin: 'http://souk.test', 'content-type': 'multipart/form-data' }
    expect((await ask('/sign-in', { method: 'POST', headers })).status).toBe(400)
    const whole = { ...headers, 'content-type': 'multipart/form-data; boundary=x' }
    expect(isHandedOn(await ask('/sign-in', { method: 'POST', headers: whole }))).toBe(true)
  })

  it('takes a form from our own pages', async () => {
    const headers = { origin: 'http://souk.test' }
    expect(isHandedOn(await setUp().ask('/settings', { method: 'POST', headers }))).toBe(true)
  })

  it('that turns out not to exist may run the scripts of the prerendered 404', async () => {
    const notFoundHashes = () => Promise.resolve({ scripts: ['sha256-lost'], styles: [] })
    const response = await setUp({ pages: { ...NO_PRERENDERED_PAGES, notFoundHashes } }).ask('/nowhere')
    expect(response.headers.get('content-security-policy')).toContain("'sha256-lost'")
  })
})

describe('a session', () => {
  it('that is fresh costs no call', async () => {
    const { ask, renew } = setUp()
    const response = await ask('/library', { headers: { cookie: cookieHeader(await sessionWith(120)) } })
    expect(renew).not.toHaveBeenCalled()
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it.each([30, -30])(
    'with %d s left is renewed for this request and for the browser',
    async (secondsLeft) => {
      const { ask, renew } = setUp()
      const next = await sessionWith(3600)
      renew.mockResolvedValue({ outcome: 'renewed', session: next })
      const cookie = `theme=dark; ${cookieHeader(await sessionWith(secondsLeft))}`
      const response = await ask('/library', { headers: { cookie } })
      const seen = parseCookies(handedOn(response, 'cookie'))
      expect(await readSession(seen)).toEqual(next)
      expect(seen).toContainEqual({ name: 'theme', value: 'dark' })
      const [set = ''] = response.headers.getSetCookie()
      expect(await readSession(parseCookies(set.split(';', 1).join('')))).toEqual(next)
      expect(set).toMatch(/; HttpOnly/i)
      expect(set).toMatch(/; SameSite=lax/i)
    },
  )

  it('that Auth calls over is removed, here and in the browser', async () => {
    const { ask } = setUp()
    const response = await ask('/library', { headers: { cookie: cookieHeader(await sessionWith(-30)) } })
    expect(await readSession(parseCookies(handedOn(response, 'cookie')))).toBeNull()
    expect(response.headers.getSetCookie().join()).toMatch(/souk-session=;.*Max-Age=0/)
  })

  it('that could not be renewed is kept, and its request marked', async () => {
    const { ask, renew } = setUp()
    renew.mockResolvedValue({ outcome: 'unreachable' })
    const session = await sessionWith(-30)
    const response = await ask('/library', { headers: { cookie: cookieHeader(session) } })
    expect(handedOn(response, GRACE_HEADER)).toBe('1')
    expect(await readSession(parseCookies(handedOn(response, 'cookie')))).toEqual(session)
    expect(response.headers.getSetCookie()).toEqual([])
  })

  it('is renewed for API requests that ask who is there, and for no others', async () => {
    const { ask, renew } = setUp()
    const cookie = cookieHeader(await sessionWith(-30))
    await ask('/api/things/lamp', { headers: { cookie } })
    await ask('/api/mine/lamp', { headers: { cookie, authorization: 'Bearer souk_x' } })
    expect(renew).not.toHaveBeenCalled()
    await ask('/api/mine/lamp', { headers: { cookie } })
    expect(renew).toHaveBeenCalledOnce()
  })

  it('that is damaged is nobody’s and costs no call', async () => {
    const { ask, renew } = setUp()
    await ask('/library', { headers: { cookie: 'souk-session=base64-not%20json' } })
    expect(renew).not.toHaveBeenCalled()
  })
})

describe('a limit, where nobody in front has counted', () => {
  const headers = { 'RateLimit-Policy': '"api";q=1;w=60', RateLimit: '"api";r=0;t=60' }

  it('refuses an address of the API and a page alike, with when to come back', async () => {
    const retry = { 'retry-after': '60' }
    const refusal = new Problem('rate_limited', 'Slow down.', { headers: retry })
    const { ask } = setUp({ limiter: () => ({ headers, refusal }) })
    for (const path of ['/api/things/a', '/sign-in']) {
      const response = await ask(path)
      expect(response.status).toBe(429)
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'retry-after': '60',
        ratelimit: headers.RateLimit,
        'ratelimit-policy': headers['RateLimit-Policy'],
      })
    }
  })

  it('is told to one client only where no shared cache can keep it', async () => {
    const { ask } = setUp({ limiter: () => ({ headers, refusal: null }) })
    const forAll = await ask('/api/things/a')
    expect(isHandedOn(forAll)).toBe(true)
    expect(forAll.headers.get('ratelimit')).toBeNull()
    expect(forAll.headers.get('ratelimit-policy')).toBe(headers['RateLimit-Policy'])
    const forOne = await ask('/api/mine/a', { method: 'PATCH' })
    expect(forOne.headers.get('ratelimit')).toBe(headers.RateLimit)
  })
})
