import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  agree,
  carryOut,
  dropIntent,
  findIntent,
  INTENT_TTL_MS,
  type IntentStore,
} from './purchase-intent.ts'

const ada = { handle: 'demo/tool', userId: 'ada', payWith: 'wallet' as const }
const usd = (amount: number) => ({ amount, currency: 'USD' as const })

function memory(): IntentStore {
  const kept = new Map<string, string>()
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  }
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const fetched = vi.fn<typeof fetch>(() =>
    Promise.resolve(new Response(JSON.stringify(body), { status, headers })),
  )
  vi.stubGlobal('fetch', fetched)
  return fetched
}

const refusal = (status: number, code: string) =>
  answer(status, { code, detail: 'No.', requestId: 'r' }, { 'retry-after': '3' })

afterEach(() => void vi.unstubAllGlobals())

describe('an intent to buy', () => {
  it('has one key for one agreement, also after a reload', () => {
    const store = memory()
    const first = agree(store, ada, usd(100))
    expect(agree(store, ada, usd(100))).toEqual(first)
    expect(findIntent(store, ada)).toEqual(first)
  })

  it('is another one for another price, package, person or way of paying', () => {
    const store = memory()
    const keys = [
      agree(store, ada, usd(100)),
      agree(store, ada, usd(200)),
      agree(store, { ...ada, handle: 'demo/other' }, usd(100)),
      agree(store, { ...ada, userId: 'bob' }, usd(100)),
      agree(store, { ...ada, payWith: 'card' }, usd(100)),
    ].map(({ key }) => key)
    expect(new Set(keys).size).toBe(5)
  })

  it('is forgotten when it is answered or too old, and when what was kept makes no sense', () => {
    const store = memory()
    const { expiresAt } = agree(store, ada, usd(100), 0)
    expect(expiresAt).toBe(INTENT_TTL_MS)
    expect(findIntent(store, ada, expiresAt - 1)).not.toBeNull()
    expect(findIntent(store, ada, expiresAt)).toBeNull()
    dropIntent(store, ada)
    expect(findIntent(store, ada, 0)).toBeNull()
    for (const nonsense of ['{', 'null', '{"handle":"demo/tool"}']) {
      expect(findIntent({ ...store, getItem: () => nonsense }, ada)).toBeNull()
    }
  })

  it('is sent under its key with the price that was agreed to', async () => {
    const fetched = answer(201, { id: 'order' })
    const intent = agree(memory(), ada, usd(100))
    expect(await carryOut(intent)).toEqual({ kind: 'bought', order: { id: 'order' } })
    const [, init] = fetched.mock.calls[0] ?? []
    const headers = new Headers(init?.headers)
    expect([headers.get('idempotency-key'), headers.get('souk-expect-user')]).toEqual([intent.key, 'ada'])
    expect(init?.body).toBe(JSON.stringify({ handle: 'demo/tool', expectedPrice: usd(100) }))
  })

  it.each([
    [402, 'payment_required', 'refused'],
    [403, 'own_package', 'refused'],
    [404, 'not_found', 'refused'],
    [409, 'price_changed', 'refused'],
    [409, 'sold_out', 'refused'],
    [409, 'already_owned', 'refused'],
    [422, 'idempotency_key_reused', 'refused'],
    [409, 'user_changed', 'refused'],
    [410, 'gone', 'refused'],
    [401, 'unauthenticated', 'postponed'],
    [408, 'timeout', 'postponed'],
    [429, 'rate_limited', 'postponed'],
    [409, 'idempotency_in_flight', 'unknown'],
    [500, 'internal', 'unknown'],
    [503, 'unavailable', 'unknown'],
  ])('answered %i %s is %s', async (status, code, kind) => {
    refusal(status, code)
    expect(await carryOut(agree(memory(), ada, usd(100)))).toMatchObject({ kind, code })
  })

  it('without an answer, or with one that is not ours, may have been carried out', async () => {
    const intent = agree(memory(), ada, usd(100))
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await carryOut(intent)).toMatchObject({ kind: 'unknown', code: 'network' })
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })))
    expect(await carryOut(intent)).toMatchObject({ kind: 'unknown', code: 'unreadable' })
    // A hotel's page for guests, say.
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Welcome</h1>')))
    expect(await carryOut(intent)).toMatchObject({ kind: 'unknown', code: 'unreadable' })
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Blocked</h1>', { status: 422 })))
    expect(await carryOut(intent)).toMatchObject({ kind: 'refused', code: 'unreadable' })
  })
})
