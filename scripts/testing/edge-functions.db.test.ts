import { readFile } from 'node:fs/promises'
import { createClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
})
