import { describe, expect, it, vi } from 'vitest'
import { sessionRenewer } from './session-renewal.ts'

const session = { access_token: 'old', refresh_token: 'first' }
const tokens = {
  access_token: 'new',
  refresh_token: 'second',
  expires_in: 3600,
  user: { email: 'x@souk.test' },
}

function setUp(answer: () => Promise<Response>) {
  let nowMs = 1_700_000_000_000
  const fetch = vi.fn(answer)
  const renewer = sessionRenewer({
    supabaseUrl: 'http://auth.test',
    publishableKey: 'key',
    fetch,
    now: () => nowMs,
  })
  return { renewer, fetch, pass: (ms: number) => (nowMs += ms) }
}
const json = (body: unknown, status = 200) => Promise.resolve(Response.json(body, { status }))

describe('renewing a session', () => {
  it('keeps the tokens and their expiry, not the person’s record', async () => {
    const { renewer } = setUp(() => json(tokens))
    expect(await renewer.renew(session)).toEqual({
      outcome: 'renewed',
      session: { access_token: 'new', refresh_token: 'second', expires_in: 3600, expires_at: 1_700_003_600 },
    })
  })

  it('asks once for parallel requests, and for late ones that still bring the old token', async () => {
    const { renewer, fetch, pass } = setUp(() => json(tokens))
    const results = await Promise.all(Array.from({ length: 8 }, () => renewer.renew(session)))
    pass(20_000)
    results.push(await renewer.renew(session))
    expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
    expect(fetch).toHaveBeenCalledOnce()
  })

  it('does not mix up two sessions', async () => {
    const { renewer, fetch } = setUp(() => json(tokens))
    await Promise.all([renewer.renew(session), renewer.renew({ ...session, refresh_token: 'other' })])
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('forgets what it remembered after half a minute', async () => {
    const { renewer, fetch, pass } = setUp(() => json(tokens))
    await renewer.renew(session)
    pass(30_001)
    await renewer.renew(session)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it.each([400, 403, 422])('ends the session when Auth refuses with %d', async (status) => {
    const { renewer } = setUp(() => json({ code: 'refresh_token_not_found' }, status))
    expect(await renewer.renew(session)).toEqual({ outcome: 'ended' })
  })

  it.each([
    ['no network', () => Promise.reject(new TypeError('fetch failed'))],
    ['a timeout', () => Promise.reject(new DOMException('timed out', 'TimeoutError'))],
  ])('keeps the session on %s, and asks for no session again for five seconds', async (_, answer) => {
    const { renewer, fetch, pass } = setUp(answer)
    expect(await renewer.renew(session)).toEqual({ outcome: 'unreachable' })
    expect(await renewer.renew({ ...session, refresh_token: 'other' })).toEqual({ outcome: 'unreachable' })
    expect(fetch).toHaveBeenCalledOnce()
    pass(5_001)
    fetch.mockImplementation(() => json(tokens))
    expect((await renewer.renew(session)).outcome).toBe('renewed')
  })

  it.each([
    ['a 500', () => json({}, 500)],
    ['a 503', () => json({}, 503)],
    ['a 429', () => json({}, 429)],
    ['a refused key', () => json({}, 401)],
    ['nonsense', () => Promise.resolve(new Response('<html>'))],
  ])('keeps the session on %s, and holds up nobody else’s', async (_, answer) => {
    const { renewer, fetch, pass } = setUp(answer)
    expect(await renewer.renew(session)).toEqual({ outcome: 'unreachable' })
    expect(await renewer.renew(session)).toEqual({ outcome: 'unreachable' })
    expect(fetch).toHaveBeenCalledOnce()
    fetch.mockImplementation(() => json(tokens))
    expect((await renewer.renew({ ...session, refresh_token: 'other' })).outcome).toBe('renewed')
    pass(5_001)
    expect((await renewer.renew(session)).outcome).toBe('renewed')
  })
})
