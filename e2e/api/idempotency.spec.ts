/** What is sent twice under one `Idempotency-Key` is done once, over HTTP. Buying and topping up have tests of their own. */
import { expect, test } from '@playwright/test'
import { manifestOf } from '../fixtures/manifest.ts'
import { openAccount, openSeller, type SellerAccount, uniqueName } from '../fixtures/seller.ts'

let seller: SellerAccount

test.beforeAll(async ({ playwright, baseURL }) => {
  const request = await playwright.request.newContext({ baseURL })
  seller = await openSeller(request)
  await request.dispose()
})

const as = ({ accessToken }: { accessToken: string }, key?: string) => ({
  authorization: `Bearer ${accessToken}`,
  ...(key === undefined ? {} : { 'idempotency-key': key }),
})

test('a new API token is made once, and its secret given again to nobody else', async ({ request }) => {
  const data = { name: uniqueName('token'), scopes: ['read'], expiresInDays: 1 }
  const create = (headers: Record<string, string>) => request.post('/api/v1/tokens', { headers, data })
  const first = await create(as(seller, 'token'))
  const again = await create(as(seller, 'token'))
  expect([first.status(), again.status()]).toEqual([201, 201])
  expect(await again.text()).toBe(await first.text())
  expect(again.headers()).toMatchObject({ 'idempotency-replayed': 'true', 'cache-control': 'no-store' })
  expect(again.headers()['x-request-id']).not.toBe(first.headers()['x-request-id'])

  const other = await openAccount(request)
  expect(await (await create(as(other, 'token'))).text()).not.toBe(await first.text())
  const listed = await request.get('/api/v1/tokens', { headers: as(seller) })
  expect(((await listed.json()) as { items: unknown[] }).items).toHaveLength(1)

  const changed = await request.post('/api/v1/tokens', {
    ...{ headers: as(seller, 'token'), data: { ...data, name: 'Another' } },
  })
  expect(changed.status()).toBe(422)
  expect(await changed.json()).toMatchObject({ code: 'idempotency_key_reused' })

  const { id } = (await first.json()) as { id: string }
  const revoke = () => request.delete(`/api/v1/tokens/${id}`, { headers: as(seller, 'revoke') })
  expect([(await revoke()).status(), (await revoke()).status()]).toEqual([204, 204])
})

test('a version that is published again under its key is not refused as a duplicate', async ({ request }) => {
  const handle = `${seller.namespace}/${uniqueName('pkg')}`
  const publish = (key?: string) =>
    request.post('/api/v1/packages', {
      headers: { ...as(seller, key), 'content-type': 'application/yaml' },
      data: manifestOf(handle),
    })
  const first = await publish('publish')
  const again = await publish('publish')
  expect([first.status(), again.status()]).toEqual([201, 201])
  expect(await again.text()).toBe(await first.text())
  expect((await publish()).status()).toBe(409)
  expect((await publish('other')).status()).toBe(409)
})

test('raced, it is done once; who comes meanwhile waits or gets the same answer', async ({ request }) => {
  const person = await openAccount(request)
  const slug = uniqueName('raced')
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      request.post('/api/stores', { headers: as(person, 'store'), data: { slug, name: 'Raced' } }),
    ),
  )
  const bodies = new Set<string>()
  for (const answer of answers) {
    if (answer.status() === 201) bodies.add(await answer.text())
    else {
      expect(await answer.json()).toMatchObject({ status: 409, code: 'idempotency_in_flight' })
      expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0)
    }
  }
  expect(bodies.size).toBe(1)
})

test('a refusal is not kept: the same request succeeds once it may', async ({ request }) => {
  const person = await openAccount(request)
  const name = uniqueName('lane')
  const claim = () => request.post('/api/namespaces', { headers: as(person, 'claim'), data: { name } })
  expect(await (await claim()).json()).toMatchObject({ code: 'store_required' })
  const store = { slug: uniqueName('late'), name: 'Late' }
  expect((await request.post('/api/stores', { headers: as(person), data: store })).status()).toBe(201)
  expect((await claim()).status()).toBe(201)
  expect((await claim()).status()).toBe(201)
})

test('nobody in particular is not remembered', async ({ request }) => {
  const ask = () => request.post('/api/namespaces', { headers: { 'idempotency-key': 'k' }, data: {} })
  expect((await ask()).status()).toBe(401)
  expect((await ask()).headers()['idempotency-replayed']).toBeUndefined()
})
