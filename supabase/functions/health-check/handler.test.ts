import { createDatabase } from '../_shared/database.ts'
import {
  assert,
  assertEquals,
  closedUrl,
  hang,
  SECRET_KEY,
  startRestServer,
  withKey,
} from '../_shared/testing.ts'
import { createHealthCheck } from './handler.ts'

const HEALTH = {
  now: '2026-11-23T12:00:00+01:00',
  serverVersion: '17.6',
  viewsRefreshedAt: '2026-11-23T11:58:00+01:00',
}

function checker(supabaseUrl: string, reported: unknown[] = [], timeoutMs?: number) {
  const secretKeys: [string] = [SECRET_KEY]
  const database = createDatabase({ supabaseUrl, secretKeys })
  const report = (failure: unknown) => reported.push(failure)
  return createHealthCheck({ database, secretKeys, version: '1.2.3', timeoutMs, report })
}

Deno.test('reports a healthy database with its latency, the version and the age of the views', async () => {
  const rest = startRestServer(() => Response.json(HEALTH))
  const before = Date.now()
  const response = await checker(rest.url)(withKey())
  const { db, timestamp, ...others } = await response.json()
  assertEquals(
    [response.status, others],
    [200, { status: 'healthy', version: '1.2.3', viewsRefreshedAt: '2026-11-23T10:58:00.000Z' }],
  )
  assertEquals(db.connected, true)
  assert(db.latencyMs > 0 && db.latencyMs < 2000, String(db.latencyMs))
  assert(Date.parse(timestamp) >= before && timestamp.endsWith('Z'), timestamp)
  await rest.stop()
})

Deno.test('views that were never refreshed are null, and the server version stays inside', async () => {
  const rest = startRestServer(() => Response.json({ ...HEALTH, viewsRefreshedAt: null }))
  const body = await (await checker(rest.url)(withKey())).json()
  assertEquals([body.viewsRefreshedAt, JSON.stringify(body).includes('17.6')], [null, false])
  await rest.stop()
})

Deno.test('is degraded with 503 while the database is away, refuses or talks nonsense', async () => {
  const answers = [
    () => Response.json({ message: 'starting' }, { status: 503 }),
    () => Response.json({ code: '42501', message: 'permission denied' }, { status: 403 }),
    () => Response.json('fine'),
  ]
  const servers = answers.map(startRestServer)
  for (const url of [await closedUrl(), ...servers.map((server) => server.url)]) {
    const reported: unknown[] = []
    const response = await checker(url, reported)(withKey())
    const { status, db, version, viewsRefreshedAt } = await response.json()
    assertEquals([response.status, response.headers.get('retry-after')], [503, '5'])
    assertEquals(
      [status, db, version, viewsRefreshedAt],
      ['degraded', { connected: false, latencyMs: null }, '1.2.3', null],
    )
    assertEquals(reported.length, 1)
  }
  await Promise.all(servers.map((server) => server.stop()))
})

Deno.test('answers in time when the database hangs', async () => {
  const rest = startRestServer(hang)
  const response = await checker(rest.url, [], 50)(withKey())
  assertEquals([response.status, (await response.json()).status], [503, 'degraded'])
  await rest.stop()
})

Deno.test('tells a stranger nothing and does not ask the database for them', async () => {
  const rest = startRestServer(() => Response.json(HEALTH))
  const response = await checker(rest.url)(new Request('http://127.0.0.1/'))
  const text = await response.text()
  assertEquals([response.status, rest.calls.length, text.includes('1.2.3')], [401, 0, false])
  await rest.stop()
})

Deno.test('answers HEAD without a body, and no other method', async () => {
  const rest = startRestServer(() => Response.json(HEALTH))
  const head = await checker(rest.url)(withKey({ method: 'HEAD' }))
  assertEquals(
    [head.status, await head.text(), head.headers.get('content-type')],
    [200, '', 'application/json'],
  )
  assertEquals((await checker(rest.url)(withKey({ method: 'DELETE' }))).status, 405)
  await rest.stop()
})
