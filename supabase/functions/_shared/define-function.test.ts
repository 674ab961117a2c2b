import { Problem } from '../../../lib/kernel/problem.ts'
import { defineFunction } from './define-function.ts'
import { assert, assertEquals, SECRET_KEY, withKey } from './testing.ts'

const open = defineFunction({
  method: 'POST',
  secretKeys: [SECRET_KEY, 'sb_secret_next'],
  run: () => Promise.resolve(Response.json({ done: true })),
})
const post = (headers: HeadersInit) => open(new Request('http://127.0.0.1/x', { method: 'POST', headers }))

Deno.test('opens to each secret key, as apikey or as bearer', async () => {
  for (const headers of [
    { apikey: SECRET_KEY },
    { apikey: 'sb_secret_next' },
    { authorization: `Bearer ${SECRET_KEY}` },
    { authorization: `bearer  ${SECRET_KEY} ` },
    { apikey: 'sb_publishable_x', authorization: `Bearer ${SECRET_KEY}` },
  ]) {
    const response = await post(headers as HeadersInit)
    assertEquals([response.status, await response.json()], [200, { done: true }])
  }
})

Deno.test('stays shut to everything else, whatever is nearly a key', async () => {
  const nearly = [
    {},
    { apikey: '' },
    { apikey: SECRET_KEY.slice(0, -1) },
    { apikey: `${SECRET_KEY}x` },
    { apikey: SECRET_KEY.toUpperCase() },
    { apikey: `Bearer ${SECRET_KEY}` },
    { authorization: SECRET_KEY },
    { authorization: 'Bearer ' },
    { authorization: `Basic ${SECRET_KEY}` },
    { authorization: `Bearer ${SECRET_KEY} ${SECRET_KEY}` },
    { cookie: `apikey=${SECRET_KEY}` },
  ]
  for (const headers of nearly) {
    const response = await post(headers as HeadersInit)
    assertEquals(response.status, 401)
    assertEquals(response.headers.get('content-type'), 'application/problem+json')
    assertEquals(response.headers.get('www-authenticate'), 'Bearer')
    const body = await response.json()
    assertEquals(
      [body.code, body.status, body.requestId],
      ['unauthenticated', 401, response.headers.get('x-request-id')],
    )
  }
  const inQuery = await open(new Request(`http://127.0.0.1/x?apikey=${SECRET_KEY}`, { method: 'POST' }))
  assertEquals(inQuery.status, 401)
  await inQuery.body?.cancel()
})

Deno.test('asks for the key before it says which methods it knows', async () => {
  assertEquals((await open(new Request('http://127.0.0.1/x'))).status, 401)
  const response = await open(withKey({ method: 'GET' }))
  assertEquals([response.status, response.headers.get('allow')], [405, 'POST'])
})

Deno.test('an unforeseen failure tells the caller nothing and the log everything', async () => {
  const reported: unknown[] = []
  const failing = defineFunction({
    method: 'POST',
    secretKeys: [SECRET_KEY],
    run: () => Promise.reject(new Error('password authentication failed for postgres://u:p@host/db')),
    report: (failure, requestId) => reported.push([String(failure), requestId]),
  })
  const response = await failing(withKey({ method: 'POST', headers: { 'x-request-id': 'caller-given-1' } }))
  const text = await response.text()
  assertEquals(response.status, 500)
  assert(!/password|postgres|host/.test(text), text)
  assertEquals(JSON.parse(text).requestId, 'caller-given-1')
  assertEquals(reported, [
    ['Error: password authentication failed for postgres://u:p@host/db', 'caller-given-1'],
  ])
})

Deno.test('a request id that could break a log line is replaced', async () => {
  const response = await open(withKey({ method: 'POST', headers: { 'x-request-id': 'a {"level":"fatal"}' } }))
  assert(/^[0-9a-f-]{36}$/.test(response.headers.get('x-request-id') ?? ''), 'kept')
  assertEquals(response.headers.get('cache-control'), 'no-store')
})

Deno.test('a temporary failure says when to come back', async () => {
  const away = defineFunction({
    method: 'POST',
    secretKeys: [SECRET_KEY],
    run: () => Promise.reject(new Problem('unavailable', 'Later.')),
    report: () => undefined,
  })
  const response = await away(withKey({ method: 'POST' }))
  assertEquals([response.status, response.headers.get('retry-after')], [503, '5'])
})
