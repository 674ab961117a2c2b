/** Buying and selling over HTTP with scoped tokens, and what a download leaves behind in a dispute. */
import { gzipSync } from 'node:zlib'
import { type APIRequestContext, expect, test } from '@playwright/test'
import { openOffer } from '../fixtures/buying.ts'
import { manifestOf } from '../fixtures/manifest.ts'
import { openAccount } from '../fixtures/seller.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' })

async function tokenOf(
  request: APIRequestContext,
  accessToken: string,
  scopes: string[],
  namespaces?: string[],
) {
  const made = await request.post('/api/v1/tokens', {
    headers: { authorization: `Bearer ${accessToken}` },
    data: { name: scopes.join(), scopes, expiresInDays: 1, ...(namespaces ? { namespaces } : {}) },
  })
  expect(made.status(), await made.text()).toBe(201)
  const { secret } = (await made.json()) as { secret: string }
  return { authorization: `Bearer ${secret}` }
}

test('a token buys with `purchase` alone, and sells with `sell` alone', async ({ request }) => {
  const { handle, seller } = await openOffer(request, 0)
  const account = await openAccount(request)
  const [reading, buying] = [
    await tokenOf(request, account.accessToken, ['read']),
    await tokenOf(request, account.accessToken, ['purchase']),
  ]
  const data = { handle, expectedPrice: usd(0) }
  const refused = await request.post('/api/purchases', { headers: reading, data })
  expect(await refused.json()).toMatchObject({ status: 403, code: 'insufficient_scope' })
  const bought = await request.post('/api/purchases', { headers: buying, data })
  expect(bought.status(), await bought.text()).toBe(201)
  const { id } = (await bought.json()) as { id: string }
  expect((await request.get('/api/wallet', { headers: buying })).status()).toBe(403)
  expect((await request.get('/api/wallet', { headers: reading })).status()).toBe(200)

  const selling = await tokenOf(request, seller.accessToken, ['sell'], [seller.namespace])
  const publishing = await tokenOf(request, seller.accessToken, ['publish:update'])
  const reprice = (headers: Record<string, string>) =>
    request.patch(`/api/packages/${handle}`, { headers, data: { price: usd(250) } })
  expect((await reprice(publishing)).status()).toBe(403)
  expect((await reprice(buying)).status()).toBe(403)
  expect((await reprice(selling)).status()).toBe(200)
  const orders = await request.get('/api/seller/orders', { headers: selling })
  expect(await orders.json()).toMatchObject({ items: [{ id, handle }] })
  const stock = await request.put(`/api/packages/${handle}/stock`, { headers: selling, data: { seats: 3 } })
  expect(await stock.json()).toEqual({ handle, seats: 3, sold: 1 })
  const refund = { headers: buying, data: { reason: 'Mine' } }
  expect((await request.post(`/api/purchases/${id}/refund`, refund)).status()).toBe(403)
  const refunded = await request.post(`/api/purchases/${id}/refund`, { ...refund, headers: selling })
  expect(await refunded.json()).toMatchObject({ id, status: 'refunded' })
})

test('the download of a file is noted for its buyer, from its beginning', async ({ request }) => {
  const { handle, seller } = await openOffer(request, 0)
  const { accessToken } = await openAccount(request)
  const buyer = { authorization: `Bearer ${accessToken}` }
  const bought = await request.post('/api/purchases', {
    headers: buyer,
    data: { handle, expectedPrice: usd(0) },
  })
  expect(bought.status(), await bought.text()).toBe(201)
  const headers = { authorization: `Bearer ${seller.accessToken}` }
  const sent = await request.put(`/api/v1/uploads/${handle}/1.1.0/tool.tar.gz`, {
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    data: gzipSync(Buffer.alloc(4096, 'a')),
  })
  expect(sent.status(), await sent.text()).toBe(201)
  const published = await request.post('/api/v1/packages?files=tool.tar.gz', {
    headers: { ...headers, 'content-type': 'application/yaml' },
    data: manifestOf(handle, { version: '1.1.0' }),
  })
  expect(published.status(), await published.text()).toBe(201)

  // What they downloaded last is what the library says they have.
  const had = async () => {
    const library = await request.get('/api/library', { headers: buyer })
    return ((await library.json()) as { items: { version: string | null }[] }).items[0]?.version
  }
  const path = `/api/v1/packages/${handle}/1.1.0/files/tool.tar.gz`
  await request.head(path, { headers: buyer })
  expect((await request.get(path, { headers: { ...buyer, range: 'bytes=10-20' } })).status()).toBe(206)
  expect(await had()).toBe('1.0.0')
  expect((await request.get(path, { headers: buyer })).status()).toBe(200)
  await expect.poll(had).toBe('1.1.0')
})
