import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type { UserActor } from '../kernel/actor.ts'

let database: TestDatabase
let market: Market
let modules: Awaited<ReturnType<typeof importModules>>
const purged: string[][] = []

async function importModules() {
  useDatabase(database)
  const [purchase, refund, dispute, pages, purging, db] = await Promise.all([
    import('./purchase-package.ts'),
    import('./refund-purchase.ts'),
    import('../catalog/for-everybody.ts'),
    import('../http/public-pages.ts'),
    import('../platform/cache-purge.ts'),
    import('../platform/db.ts'),
  ])
  return { ...purchase, ...refund, ...dispute, ...pages, ...purging, ...db }
}

const person = (userId: string): UserActor => ({
  ...{ kind: 'user', userId, appRole: null },
  ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
})

async function shelve(): Promise<string> {
  const handle = `acme/p${randomUUID().slice(0, 8)}`
  await publishAs(database, market.owner, { id: handle })
  return handle
}

const buy = async (handle: string) => {
  const shopper = person(await database.createUser())
  return await modules.purchasePackage(
    shopper,
    { handle, expectedPrice: { amount: 0, currency: 'USD' } },
    null,
  )
}

beforeAll(async () => {
  database = await createTestDatabase()
  market = await createMarket(database)
  modules = await importModules()
  modules.onPurge((tags) => purged.push([...tags]))
}, 60_000)
afterAll(async () => {
  await modules.closeDatabase()
  await database.drop()
})

it('shows the new count on the page soon after a sale, and calls back once however many were sold', async () => {
  const [first, second] = [await shelve(), await shelve()]
  expect((await modules.packageForEverybody(first))?.page.soldCount).toBe(0)
  await Promise.all([buy(first), buy(first), buy(second)])
  await expect
    .poll(async () => (await modules.packageForEverybody(first))?.page.soldCount, { timeout: 5_000 })
    .toBe(2)
  expect(purged.map((tags) => tags.toSorted())).toEqual([[first, second].map(modules.packageTag).toSorted()])
})

it('shows it soon after a refund, too', async () => {
  const handle = await shelve()
  const order = await buy(handle)
  const sold = async () => (await modules.packageForEverybody(handle))?.page.soldCount
  await expect.poll(sold, { timeout: 5_000 }).toBe(1)
  await modules.refundPurchase(person(market.owner), order.id, 'It did not fit.')
  await expect.poll(sold, { timeout: 5_000 }).toBe(0)
})
