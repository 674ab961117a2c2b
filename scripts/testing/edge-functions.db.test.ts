import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishArguments } from './market.ts'
import { startTestStack } from './stack.ts'
import type { TestStack } from './stack.ts'

describe('the edge functions behind the embedded gateway', () => {
  let stack: TestStack
  let admin: postgres.Sql

  beforeAll(async () => {
    stack = await startTestStack()
    admin = postgres(stack.databaseAdminUrl, { max: 2, onnotice: () => undefined })
  }, 60_000)
  afterAll(async () => {
    await admin.end({ timeout: 5 })
    await stack.stop()
  })

  const call = (name: string, method: string, key?: string) =>
    fetch(`${stack.supabaseUrl}/functions/v1/${name}`, {
      method,
      headers: key === undefined ? {} : { apikey: key },
    })

  it('open to the secret key alone', async () => {
    for (const [name, method] of [
      ['refresh-views', 'POST'],
      ['health-check', 'GET'],
    ] as const) {
      for (const key of [undefined, 'sb_secret_forged', stack.keys.publishableKey]) {
        const response = await call(name, method, key)
        expect(response.status, `${name} with ${key}`).toBe(401)
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        expect(await response.json()).toMatchObject({ code: 'unauthenticated', status: 401 })
      }
      expect((await call(name, method, stack.keys.secretKey)).status, name).toBe(200)
    }
    expect((await call('refresh-views', 'GET', stack.keys.secretKey)).status).toBe(405)
  })

  it('are called by unmodified supabase-js, and a refresh is recorded', async () => {
    const service = createClient(stack.supabaseUrl, stack.keys.secretKey, { auth: { persistSession: false } })
    const [before] = await admin`select count(*)::int as count from catalog.view_refreshes`
    const result = await service.functions.invoke<{ refreshed: boolean; durationMs: number }>('refresh-views')
    expect(result.error).toBeNull()
    expect(result.data).toEqual({ refreshed: true, durationMs: expect.any(Number) as number })
    const rows = await admin<{ startedAt: Date; durationMs: number }[]>`
      select started_at as "startedAt", duration_ms as "durationMs" from catalog.view_refreshes order by id desc`
    expect(rows).toHaveLength((before?.count as number) + 1)
    expect(rows[0]?.durationMs).toBe(result.data?.durationMs)
    const health = await call('health-check', 'GET', stack.keys.secretKey)
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
    expect(await health.json()).toEqual({
      status: 'healthy',
      db: { connected: true, latencyMs: expect.any(Number) as number },
      timestamp: expect.stringMatching(/Z$/) as string,
      version,
      viewsRefreshedAt: rows[0]?.startedAt.toISOString(),
    })
  })

  it('tell the second of two refreshers that one is running', async () => {
    await admin.begin(async (holder) => {
      await holder`select pg_advisory_xact_lock(hashtext('refresh_marketplace_views'))`
      const response = await call('refresh-views', 'POST', stack.keys.secretKey)
      expect(await response.json()).toEqual({
        refreshed: false,
        durationMs: 0,
        reason: 'another refresh is running',
      })
    })
  })

  it('report a database that hangs as degraded, in about two seconds', async () => {
    const startedAt = performance.now()
    await admin.begin(async (holder) => {
      await holder`lock table catalog.view_refreshes in access exclusive mode`
      const response = await call('health-check', 'GET', stack.keys.secretKey)
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
      expect(await response.json()).toMatchObject({
        status: 'degraded',
        db: { connected: false, latencyMs: null },
      })
    })
    expect(performance.now() - startedAt).toBeLessThan(4000)
    expect((await call('health-check', 'GET', stack.keys.secretKey)).status).toBe(200)
  })

  it('sell to the person whose token it is, at the price they expect, once for each key', async () => {
    const handle = 'stall/wares'
    const seller = await openPerson()
    const market = await startMarket(seller.id)
    await market.shelve(handle, 300)
    const shopper = await openPerson()
    await admin`select ledger.grant_credits(${shopper.id}, 1000, null, '{}')`
    const body = { handle: 'Stall/Wares', expectedPrice: { amount: 300, currency: 'USD' } }
    const buy = (token: string, key: string, input: unknown = body) =>
      fetch(`${stack.supabaseUrl}/functions/v1/process-purchase`, {
        method: 'POST',
        headers: {
          apikey: stack.keys.publishableKey,
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify(input),
      })
    const forged = shopper.token.replace(/.{8}$/, 'AAAAAAAA')
    for (const token of [forged, stack.keys.secretKey, stack.keys.publishableKey]) {
      const refused = await buy(token, 'k')
      expect(refused.status, token.slice(0, 12)).toBe(401)
      expect(await refused.json()).toMatchObject({ code: 'unauthenticated' })
    }
    const dearer = await buy(shopper.token, 'k', { handle, expectedPrice: { amount: 1, currency: 'USD' } })
    expect(dearer.status).toBe(409)
    expect(await dearer.json()).toMatchObject({ code: 'price_changed', issues: [{ path: 'expectedPrice' }] })
    const [first, again] = [await buy(shopper.token, 'k'), await buy(shopper.token, 'k')]
    expect([first.status, again.status]).toEqual([201, 201])
    const order = (await first.json()) as { id: string }
    expect(await again.json()).toEqual(order)
    const other = await buy(shopper.token, 'k', { ...body, expectedPrice: { amount: 2, currency: 'USD' } })
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([
      422,
      'idempotency_key_reused',
    ])
    const rows = await admin`select id from commerce.orders where buyer_id = ${shopper.id}`
    expect(rows.map(({ id }) => id as string)).toEqual([order.id])
  })

  async function openPerson(): Promise<{ id: string; token: string }> {
    const answer = await fetch(`${stack.supabaseUrl}/auth/v1/signup`, {
      method: 'POST',
      headers: { apikey: stack.keys.publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${randomUUID()}@souk.test`, password: 'correct horse battery' }),
    })
    const { user, access_token: token } = (await answer.json()) as {
      user: { id: string }
      access_token: string
    }
    return { id: user.id, token }
  }

  /** A store of this person's, with its namespace. */
  async function startMarket(ownerId: string) {
    const asOwner = async <T>(work: (sql: postgres.TransactionSql) => Promise<T>) =>
      await admin.begin(async (sql) => {
        await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: ownerId, role: 'authenticated' })}, true)`
        await sql`set local role authenticated`
        return await work(sql)
      })
    await asOwner(async (sql) => {
      await sql`select catalog.open_store('stall', 'Stall', '', 'auto')`
      await sql`select catalog.claim_namespace('stall')`
    })
    return {
      async shelve(handle: string, price: number) {
        const { manifest, yaml, release } = publishArguments({ id: handle })
        await asOwner(
          (sql) =>
            sql`select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb)`,
        )
        await admin`update catalog.packages set price_amount = ${price} where handle = ${handle}`
      },
    }
  }
})
