import { createCallerDatabase } from '../_shared/caller-database.ts'
import {
  assert,
  assertEquals,
  closedUrl,
  hang,
  type Respond,
  type RestServer,
  startRestServer,
  tokenOf,
} from '../_shared/testing.ts'
import { createProcessPurchase } from './handler.ts'

const ADA = '0b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968'
const PUBLISHABLE_KEY = 'sb_publishable_of_the_tests'
const order = { id: 'o1', handle: 'demo/tool' }
const purchase = { handle: 'Demo/Tool', expectedPrice: { amount: 100, currency: 'USD' } }

function door(supabaseUrl: string, reported: unknown[] = [], timeoutMs?: number) {
  const database = createCallerDatabase({ supabaseUrl, publishableKey: PUBLISHABLE_KEY })
  return createProcessPurchase({ database, timeoutMs, report: (failure) => reported.push(failure) })
}

function buy(
  init: { body?: BodyInit; headers?: Record<string, string>; token?: string | null } = {},
): Request {
  const { body = JSON.stringify(purchase), headers = {}, token = tokenOf({ sub: ADA }) } = init
  return new Request('http://127.0.0.1/process-purchase', {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      apikey: PUBLISHABLE_KEY,
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })
}

async function withRest(respond: Respond, test: (rest: RestServer) => Promise<void>) {
  const rest = startRestServer(respond)
  try {
    await test(rest)
  } finally {
    await rest.stop()
  }
}

const refusal = (status: number, code: string, details: string, hint = '') =>
  Response.json({ code, details, hint, message: 'No.' }, { status })

/** Of a gateway, which is not the API and says nothing in its words. */
const page = (status: number) =>
  new Response('<html>secret_name</html>', { status, headers: { 'content-type': 'text/html' } })

Deno.test('buys in the caller’s own name, and holds no other key than everybody’s', () =>
  withRest(
    () => Response.json(order),
    async (rest) => {
      const response = await door(rest.url)(
        buy({ headers: { 'idempotency-key': 'k-1', 'souk-expect-user': ADA } }),
      )
      assertEquals([response.status, await response.json()], [201, order])
      assertEquals(response.headers.get('cache-control'), 'no-store')
      assertEquals(rest.calls, [
        { method: 'POST', path: '/rest/v1/rpc/process_purchase', apikey: PUBLISHABLE_KEY },
      ])
    },
  ),
)

Deno.test('hands on the token, the folded handle, the price and the key', async () => {
  const sent: unknown[] = []
  const token = tokenOf({ sub: ADA })
  const database = {
    call: (name: string, input: unknown, options: { token: string }) => {
      sent.push(name, input, options.token)
      return Promise.resolve(order)
    },
  }
  const process = createProcessPurchase({ database })
  await process(buy({ token, headers: { 'idempotency-key': 'k-1' } }))
  await process(buy({ token }))
  const input = (key: string | null) => ({
    p_handle: 'demo/tool',
    p_expected_amount: 100,
    p_expected_currency: 'USD',
    p_key: key,
  })
  assertEquals(sent, ['process_purchase', input('k-1'), token, 'process_purchase', input(null), token])
})

Deno.test('asks nobody for what is not a person, or not the one that was meant', () =>
  withRest(
    () => Response.json(order),
    async (rest) => {
      const process = door(rest.url)
      const nobody = [
        null,
        '',
        'souk_0123456789',
        'sb_secret_x',
        'a.b.c',
        tokenOf({ role: 'anon' }),
        tokenOf({ sub: 1 }),
      ]
      for (const token of nobody) {
        const response = await process(buy({ token }))
        const { code } = await response.json()
        assertEquals([response.status, code], [401, 'unauthenticated'])
        assert(response.headers.get('www-authenticate')?.startsWith('Bearer') === true, 'how to authenticate')
      }
      const other = await process(
        buy({ headers: { 'souk-expect-user': '7b1e0e6e-3c58-4a4e-8f0a-1d2c3b4a5968' } }),
      )
      assertEquals([other.status, (await other.json()).code], [409, 'user_changed'])
      assertEquals(rest.calls, [])
    },
  ),
)

Deno.test('refuses what cannot be meant, and says where', () =>
  withRest(
    () => Response.json(order),
    async (rest) => {
      const process = door(rest.url)
      const price = (expectedPrice: unknown) => JSON.stringify({ ...purchase, expectedPrice })
      const cases: [Request, number, string][] = [
        [buy({ headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type'],
        [buy({ body: '{' }), 400, 'bad_request'],
        [buy({ body: new Uint8Array([34, 255, 34]) }), 400, 'bad_request'],
        [buy({ body: ' '.repeat(64 * 1024 + 1) }), 413, 'payload_too_large'],
        [buy({ headers: { 'idempotency-key': 'with space' } }), 400, 'bad_request'],
        [buy({ body: '{}' }), 422, 'validation_failed'],
        [buy({ body: price({ amount: -1, currency: 'USD' }) }), 422, 'validation_failed'],
        [buy({ body: price({ amount: 1.5, currency: 'USD' }) }), 422, 'validation_failed'],
        [buy({ body: price({ amount: 1, currency: 'EUR' }) }), 422, 'validation_failed'],
        [buy({ body: JSON.stringify({ ...purchase, user: 'x' }) }), 422, 'validation_failed'],
      ]
      for (const [request, status, code] of cases) {
        const response = await process(request)
        assertEquals([response.status, (await response.json()).code], [status, code])
        assertEquals(response.headers.get('content-type'), 'application/problem+json')
        assertEquals(response.headers.get('access-control-allow-origin'), '*')
      }
      const get = await process(new Request('http://127.0.0.1/', { headers: { apikey: PUBLISHABLE_KEY } }))
      assertEquals([get.status, get.headers.get('allow')], [405, 'POST'])
      await get.body?.cancel()
      assertEquals(rest.calls, [])
    },
  ),
)

Deno.test('says what the database refused with, in its words', async () => {
  const refusals = [
    ['PT402', 'payment_required', 402],
    ['PT409', 'price_changed', 409],
    ['PT409', 'idempotency_in_flight', 409],
    ['PT404', 'not_found', 404],
    ['PT422', 'idempotency_key_reused', 422],
  ] as const
  for (const [sqlstate, code, status] of refusals) {
    await withRest(
      () => refusal(status, sqlstate, code, code === 'price_changed' ? 'expectedPrice' : ''),
      async (rest) => {
        const reported: unknown[] = []
        const response = await door(rest.url, reported)(buy())
        const body = await response.json()
        assertEquals([response.status, body.code, body.detail, reported], [status, code, 'No.', []])
        if (code === 'price_changed') assertEquals(body.issues, [{ path: 'expectedPrice', message: 'No.' }])
      },
    )
  }
})

Deno.test('a token that the database does not take is a 401', async () => {
  const answers = [
    () => refusal(401, 'PGRST301', ''),
    () => refusal(403, '42501', ''),
    // A gateway that knows no such key says so in its own way.
    () => Response.json({ message: 'Invalid API key' }, { status: 401 }),
    () => new Response('', { status: 401 }),
  ]
  for (const answer of answers) {
    await withRest(answer, async (rest) => {
      const response = await door(rest.url)(buy())
      assertEquals([response.status, (await response.json()).code], [401, 'unauthenticated'])
    })
  }
})

Deno.test('a database that is away, late or in its own way is a 503, and may be asked again', async () => {
  const away = await door(await closedUrl())(buy())
  assertEquals(
    [away.status, away.headers.get('retry-after'), (await away.json()).code],
    [503, '5', 'unavailable'],
  )
  const answers = [
    () => refusal(503, '', ''),
    () => refusal(500, '57014', ''),
    () => refusal(400, '40P01', ''),
    () => page(502),
    () => Response.json({ message: 'no upstream' }, { status: 503 }),
  ]
  for (const answer of answers) {
    await withRest(answer, async (rest) => {
      const response = await door(rest.url)(buy())
      assertEquals([response.status, (await response.json()).code], [503, 'unavailable'])
    })
  }
  await withRest(hang, async (rest) => {
    const response = await door(rest.url, [], 50)(buy())
    assertEquals(response.status, 503)
    await response.body?.cancel()
  })
})

Deno.test('an odd answer is a fault of ours and says nothing', async () => {
  const answers = [
    () => Response.json('yes'),
    () => refusal(404, 'PGRST202', 'secret_name'),
    () => page(403),
    () => Response.json(null, { status: 400 }),
    () => Response.json({ code: null, details: {} }, { status: 400 }),
  ]
  for (const answer of answers) {
    await withRest(answer, async (rest) => {
      const reported: unknown[] = []
      const response = await door(rest.url, reported)(buy())
      const text = await response.text()
      assertEquals([response.status, text.includes('secret_name'), reported.length], [500, false, 1])
    })
  }
})

Deno.test('answers a page’s question beforehand without a token', async () => {
  const request = new Request('http://127.0.0.1/', {
    method: 'OPTIONS',
    headers: { origin: 'https://elsewhere.test', 'access-control-request-method': 'POST' },
  })
  const response = await door('http://127.0.0.1:9')(request)
  assertEquals([response.status, response.headers.get('access-control-allow-origin')], [204, '*'])
  const allowed = response.headers.get('access-control-allow-headers') ?? ''
  for (const name of ['authorization', 'apikey', 'content-type', 'idempotency-key', 'souk-expect-user']) {
    assert(allowed.includes(name), name)
  }
})
