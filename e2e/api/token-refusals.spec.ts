/**
 * API tokens that may not, over HTTP: dead ones are all told the same, limited ones no more than strangers, and what the
 * caller may not know of is answered to the last byte like what is not there.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type APIRequestContext, type APIResponse, expect, test } from '@playwright/test'
import postgres from 'postgres'
import { manifestOf } from '../fixtures/manifest.ts'
import { openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'

const ALL_SCOPES = ['publish:new', 'publish:update', 'yank', 'read']

let seller: SellerAccount
/** Another namespace of the same seller. */
let other: string

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  other = uniqueName('annex')
  const claimed = await request.post('/api/namespaces', {
    headers: { authorization: `Bearer ${seller.accessToken}` },
    data: { name: other },
  })
  expect(claimed.status(), await claimed.text()).toBe(201)
  await request.dispose()
})

async function createToken(
  request: APIRequestContext,
  { scopes = ALL_SCOPES, namespaces }: { scopes?: string[]; namespaces?: string[] } = {},
  owner = seller,
): Promise<{ id: string; secret: string }> {
  const answer = await request.post('/api/v1/tokens', {
    headers: { authorization: `Bearer ${owner.accessToken}` },
    data: { name: uniqueName('token'), scopes, expiresInDays: 1, ...(namespaces ? { namespaces } : {}) },
  })
  expect(answer.status(), await answer.text()).toBe(201)
  return (await answer.json()) as { id: string; secret: string }
}

/** Lets a token's day be over. */
async function expire(secret: string): Promise<void> {
  const running = JSON.parse(
    await readFile(join(process.env.SOUK_E2E_DATA_DIR ?? '', 'running.json'), 'utf8'),
  ) as { databaseUrl: string }
  const sql = postgres(running.databaseUrl, { max: 1, connection: { role: 'service_role' } })
  const hash = createHash('sha256').update(secret).digest()
  const changed = await sql`
    update identity.api_tokens set expires_at = now() - interval '1 second' where token_hash = ${hash}`
  await sql.end({ timeout: 5 })
  expect(changed.count).toBe(1)
}

interface Attempt {
  what: string
  send: (request: APIRequestContext, handle: string, authorization: string) => Promise<APIResponse>
}

const post = (path: (handle: string) => string, data: object): Attempt['send'] => {
  return (request, handle, authorization) => request.post(path(handle), { headers: { authorization }, data })
}
const get = (path: (handle: string) => string): Attempt['send'] => {
  return (request, handle, authorization) => request.get(path(handle), { headers: { authorization } })
}
const publishing: Attempt = {
  what: 'publishing',
  send: (request, handle, authorization) =>
    request.post('/api/v1/packages', {
      headers: { authorization, 'content-type': 'application/yaml' },
      data: manifestOf(handle, { version: '1.1.0' }),
    }),
}
const reading: Attempt[] = [
  { what: 'its page', send: get((handle) => `/api/v1/packages/${handle}`) },
  { what: 'a version', send: get((handle) => `/api/v1/packages/${handle}/1.0.0`) },
  { what: 'the bytes', send: get((handle) => `/api/v1/packages/${handle}/1.0.0/download`) },
  { what: 'latest', send: get((handle) => `/api/v1/packages/${handle}/latest/download`) },
  { what: 'a file', send: get((handle) => `/api/v1/packages/${handle}/1.0.0/files/a.tgz`) },
]
const retiring: Attempt[] = [
  { what: 'yanking', send: post((handle) => `/api/v1/packages/${handle}/1.0.0/yank`, { reason: 'x' }) },
  { what: 'deprecating', send: post((handle) => `/api/v1/packages/${handle}/deprecate`, { message: 'x' }) },
]

/** Everything that a caller could tell two answers apart by, but what they asked about and when. */
async function tellable(answer: APIResponse, handle: string): Promise<string> {
  const { 'x-request-id': _id, date: _date, ...headers } = answer.headers()
  const own = Object.entries(headers).filter(
    ([name]) => !/^(content-length|ratelimit|server-timing|x-ratelimit)/.test(name),
  )
  const body = (await answer.text())
    .replaceAll(handle, 'HANDLE')
    .replaceAll(handle.split('/')[0] ?? '', 'SPACE')
  return JSON.stringify([answer.status(), own, body.replace(/"requestId":"[^"]*"/, '')])
}

const bearer = (secret: string) => `Bearer ${secret}`

test('a token that expired, was revoked or never was gets one and the same 401, whatever it asks for', async ({
  request,
}) => {
  const handle = `${seller.namespace}/${uniqueName('pkg')}`
  const [expired, revoked] = [await createToken(request), await createToken(request)]
  const first = await request.post('/api/v1/packages', {
    headers: { authorization: bearer(revoked.secret), 'content-type': 'application/yaml' },
    data: manifestOf(handle),
  })
  expect(first.status(), await first.text()).toBe(201)
  const second = await publishing.send(request, handle, bearer(expired.secret))
  expect(second.status(), await second.text()).toBe(201)
  await expire(expired.secret)
  const ended = await request.delete(`/api/v1/tokens/${revoked.id}`, {
    headers: { authorization: bearer(seller.accessToken) },
  })
  expect(ended.ok(), await ended.text()).toBe(true)
  for (const { what, send } of [publishing, ...reading, ...retiring]) {
    const answers = []
    for (const secret of [expired.secret, revoked.secret, `souk_${'0'.repeat(49)}`]) {
      const answer = await send(request, handle, bearer(secret))
      expect(answer.status(), what).toBe(401)
      expect(answer.headers()['www-authenticate'], what).toContain('Bearer')
      answers.push(await tellable(answer, handle))
    }
    expect(new Set(answers).size, `${what}: ${answers.join('\n')}`).toBe(1)
  }
  const listed = await request.get(`/api/v1/packages/${handle}`)
  expect(await listed.json()).toMatchObject({
    versions: [
      { version: '1.1.0', yanked: false },
      { version: '1.0.0', yanked: false },
    ],
  })
})

test('a token for another namespace gets one and the same 403, whosever the namespace is', async ({
  request,
}) => {
  const limited = await createToken(request, { namespaces: [other] })
  for (const { what, send } of [publishing, ...retiring]) {
    const answers = []
    for (const namespace of [seller.namespace, 'demo', uniqueName('nobody')]) {
      const handle = `${namespace}/${uniqueName('pkg')}`
      const answer = await send(request, handle, bearer(limited.secret))
      expect(answer.status(), what).toBe(403)
      expect(await answer.json(), what).toMatchObject({ code: 'namespace_not_owned' })
      answers.push(await tellable(answer, handle))
    }
    expect(new Set(answers).size, `${what}: ${answers.join('\n')}`).toBe(1)
  }
  const own = `${other}/${uniqueName('pkg')}`
  expect((await publishing.send(request, own, bearer(limited.secret))).status()).toBe(201)
})

test('a token without the scope gets 403 before anything is looked up', async ({ request }) => {
  const readOnly = await createToken(request, { scopes: ['read'] })
  const there = `${seller.namespace}/${uniqueName('pkg')}`
  const whole = await createToken(request)
  expect((await publishing.send(request, there, bearer(whole.secret))).status()).toBe(201)
  for (const { what, send } of [publishing, ...retiring]) {
    const answers = []
    for (const handle of [there, `${seller.namespace}/${uniqueName('absent')}`]) {
      const answer = await send(request, handle, bearer(readOnly.secret))
      expect(answer.status(), what).toBe(403)
      expect(await answer.json(), what).toMatchObject({ code: 'insufficient_scope' })
      answers.push(await tellable(answer, handle))
    }
    expect(new Set(answers).size, what).toBe(1)
  }
})

test('what a token may not know of is answered like what is not there', async ({
  request,
  playwright,
  baseURL,
}) => {
  const elsewhere = await playwright.request.newContext({ baseURL })
  const stranger = await openSeller(elsewhere)
  const hidden = `${seller.namespace}/${uniqueName('pkg')}`
  const absent = `${seller.namespace}/${uniqueName('pkg')}`
  const whole = await createToken(request)
  const published = await request.post('/api/v1/packages', {
    headers: { authorization: bearer(whole.secret), 'content-type': 'application/yaml' },
    data: manifestOf(hidden),
  })
  expect(published.status(), await published.text()).toBe(201)
  const withdrawn = await request.patch(`/api/packages/${hidden}`, {
    headers: { authorization: bearer(seller.accessToken) },
    data: { isAvailable: false },
  })
  expect(withdrawn.status(), await withdrawn.text()).toBe(200)
  const strangers = await createToken(elsewhere, {}, stranger)
  const limited = await createToken(request, { namespaces: [other] })
  for (const [who, secret, attempts] of [
    ['a stranger’s', strangers.secret, [...reading, ...retiring]],
    ['one for another namespace', limited.secret, reading],
  ] as const) {
    for (const { what, send } of attempts) {
      const seen = await send(elsewhere, hidden, bearer(secret))
      expect(seen.status(), `${who}: ${what}`).toBe(404)
      expect(await tellable(seen, hidden), `${who}: ${what}`).toBe(
        await tellable(await send(elsewhere, absent, bearer(secret)), absent),
      )
    }
  }
  // Its owner's sees it: the answer is about the caller, not about the package.
  expect(
    (
      await request.get(`/api/v1/packages/${hidden}/1.0.0/download`, {
        headers: { authorization: bearer(whole.secret) },
      })
    ).status(),
  ).toBe(200)
  await elsewhere.dispose()
})
