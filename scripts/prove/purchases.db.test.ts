import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadShop, type Shop } from '../../bench/commerce-database.ts'
import { JWT_SECRET, purchasesOf, signIn } from '../../bench/commerce-requests.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { useDatabase } from '../testing/web-settings.ts'
import { checkPurchases } from './check-purchases.ts'
import { retryEverything } from './purchase-retries.ts'

const PURCHASES = 60

async function answer(from: Promise<Response>, outgoing: ServerResponse): Promise<void> {
  const response = await from
  outgoing.writeHead(response.status, { 'content-type': 'application/json' }).end(await response.text())
}

/** The small sister of `npm run prove:purchases`: the same senders and checks, the route alone behind a plain server. */
describe('purchases over connections that are cut', () => {
  let database: TestDatabase
  let shop: Shop
  let server: Server

  beforeAll(async () => {
    database = await createTestDatabase()
    shop = await loadShop(database.admin, { sellers: 3, packagesPerSeller: 5, buyers: 20 })
    useDatabase(database)
    Object.assign(process.env, { SUPABASE_JWT_SECRET: JWT_SECRET, RATE_LIMITS: 'off' })
    const { POST } = await import('../../app/api/purchases/route.ts')
    const { headersOf, requestOf } = await import('../../lib/http/node-request.ts')
    server = createServer((incoming, outgoing) => {
      const request = requestOf('http://souk.test/api/purchases', headersOf(incoming), incoming, outgoing)
      void answer(POST(request, { params: Promise.resolve({}) }), outgoing)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    const { closeDatabase } = await import('#lib/platform/db')
    await closeDatabase()
    await database.drop()
  })

  it('each sent five times at once are one order each, with one answer', async () => {
    const { port } = server.address() as AddressInfo
    const authorizations = await signIn(shop.buyers)
    const purchase = purchasesOf(shop.buyers, shop.handles, 'retried')
    const retries = await retryEverything(port, authorizations, purchase, PURCHASES)
    expect(retries.cut).toBeGreaterThan(0)
    expect(retries.sent).toBeGreaterThan(5 * PURCHASES)
    expect(await checkPurchases(database.adminUrl, PURCHASES, new Map())).toEqual({
      ...{ orders: PURCHASES, movements: PURCHASES, rights: PURCHASES, faults: 0 },
    })
  })
})
