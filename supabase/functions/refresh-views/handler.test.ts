import { createDatabase } from '../_shared/database.ts'
import {
  assert,
  assertEquals,
  closedUrl,
  hang,
  type Respond,
  type RestServer,
  SECRET_KEY,
  startRestServer,
  withKey,
} from '../_shared/testing.ts'
import { createRefreshViews } from './handler.ts'

function refresher(supabaseUrl: string, reported: unknown[] = [], timeoutMs?: number) {
  const secretKeys: [string] = [SECRET_KEY]
  const database = createDatabase({ supabaseUrl, secretKeys })
  return createRefreshViews({ database, secretKeys, timeoutMs, report: (failure) => reported.push(failure) })
}

async function withRest(respond: Respond, test: (rest: RestServer) => Promise<void>) {
  const rest = startRestServer(respond)
  try {
    await test(rest)
  } finally {
    await rest.stop()
  }
}

Deno.test('refreshes through the database function, with the secret key', () =>
  withRest(
    () => Response.json({ refreshed: true, durationMs: 42 }),
    async (rest) => {
      const response = await refresher(rest.url)(withKey({ method: 'POST' }))
      assertEquals([response.status, await response.json()], [200, { refreshed: true, durationMs: 42 }])
      assertEquals(rest.calls, [
        {
          method: 'POST',
          path: '/rest/v1/rpc/refresh_marketplace_views',
          apikey: SECRET_KEY,
        },
      ])
    },
  ),
)

Deno.test('says so when another refresh is running', () =>
  withRest(
    () => Response.json({ refreshed: false, reason: 'another refresh is running' }),
    async (rest) => {
      const response = await refresher(rest.url)(withKey({ method: 'POST' }))
      assertEquals(
        [response.status, await response.json()],
        [200, { refreshed: false, durationMs: 0, reason: 'another refresh is running' }],
      )
    },
  ),
)

Deno.test('does nothing for a stranger, or by another method', () =>
  withRest(
    () => Response.json({ refreshed: true, durationMs: 1 }),
    async (rest) => {
      const refresh = refresher(rest.url)
      const stranger = await refresh(new Request('http://127.0.0.1/', { method: 'POST' }))
      const publishable = await refresh(withKey({ method: 'POST', headers: { apikey: 'sb_publishable_x' } }))
      const reading = await refresh(withKey({ method: 'GET' }))
      assertEquals([stranger.status, publishable.status, reading.status], [401, 401, 405])
      assertEquals(rest.calls, [])
    },
  ),
)

Deno.test('a database that is away is a 503 with Retry-After', async () => {
  const reported: unknown[] = []
  const response = await refresher(await closedUrl(), reported)(withKey({ method: 'POST' }))
  const body = await response.json()
  assertEquals([response.status, response.headers.get('retry-after'), body.code], [503, '5', 'unavailable'])
  assert(!/127\.0\.0\.1|fetch|connect/i.test(body.detail), body.detail)
  assertEquals(reported.length, 1)
})

Deno.test('an API that is starting, or failing, is a 503 too', async () => {
  for (const status of [500, 502, 503, 504]) {
    await withRest(
      () => Response.json({ message: 'FATAL: the database system is starting up' }, { status }),
      async (rest) => {
        const response = await refresher(rest.url)(withKey({ method: 'POST' }))
        const text = await response.text()
        assertEquals([response.status, text.includes('FATAL')], [503, false])
      },
    )
  }
})

Deno.test('a refresh that takes too long is given up with a 503', () =>
  withRest(hang, async (rest) => {
    const response = await refresher(rest.url, [], 50)(withKey({ method: 'POST' }))
    assertEquals(response.status, 503)
    await response.body?.cancel()
  }),
)

Deno.test('a refused call and an odd answer are faults of ours and say nothing', async () => {
  const odd = [
    () =>
      Response.json(
        { code: '42501', message: 'permission denied for function secret_name' },
        { status: 403 },
      ),
    () => Response.json({ code: 'PGRST202', message: 'Could not find the function' }, { status: 404 }),
    () => Response.json('yes'),
    () => Response.json(null),
  ]
  for (const respond of odd) {
    await withRest(respond, async (rest) => {
      const reported: unknown[] = []
      const response = await refresher(rest.url, reported)(withKey({ method: 'POST' }))
      const body = await response.json()
      assertEquals([response.status, body.code, reported.length], [500, 'internal', 1])
      assert(!JSON.stringify(body).includes('secret_name'), 'leaked')
    })
  }
})
