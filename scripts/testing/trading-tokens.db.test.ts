/** Across features, since a token's scopes are: what it may and may not do to prices, orders, seats and disputes. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { createMarket, type Market, publishAs } from './market.ts'
import type { TokenActor, TokenScope, UserActor } from '../../lib/kernel/actor.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' as const })
const refused = (code: string) => expect.objectContaining({ code }) as unknown
const REASON = { code: 'not_working', reason: 'It does not start.' } as const

describe('an API token that trades', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Awaited<ReturnType<typeof importVerbs>>

  async function importVerbs() {
    Object.assign(process.env, {
      ...{ DATABASE_URL: database.url, SUPABASE_URL: 'http://127.0.0.1:9' },
      ...{ SUPABASE_PUBLISHABLE_KEY: 'unused', SUPABASE_SECRET_KEY: 'unused' },
    })
    const [purchase, refund, orders, stock, prices, update, open, speak, add, withdraw, list, db] =
      await Promise.all([
        import('../../lib/commerce/purchase-package.ts'),
        import('../../lib/commerce/refund-purchase.ts'),
        import('../../lib/commerce/list-seller-orders.ts'),
        import('../../lib/commerce/limit-stock.ts'),
        import('../../lib/metering/set-unit-prices.ts'),
        import('../../lib/publishing/update-package.ts'),
        import('../../lib/disputes/open-dispute.ts'),
        import('../../lib/disputes/speak-in-dispute.ts'),
        import('../../lib/disputes/add-file.ts'),
        import('../../lib/disputes/withdraw-dispute.ts'),
        import('../../lib/disputes/list-disputes.ts'),
        import('../../lib/platform/db.ts'),
      ])
    return {
      ...{ ...purchase, ...refund, ...orders, ...stock, ...prices, ...update, ...open, ...speak },
      ...{ ...add, ...withdraw, ...list, ...db },
    }
  }

  const person = (userId: string): UserActor => ({
    ...{ kind: 'user', userId, appRole: null },
    ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
  })
  const token = (userId: string, scopes: TokenScope[], more: Partial<TokenActor> = {}): TokenActor => ({
    ...{ kind: 'token', userId, tokenId: randomUUID(), email: '', displayName: '' },
    ...{ appRole: null, scopes, namespaces: null },
    ...more,
  })

  async function shelve(namespace = 'acme'): Promise<string> {
    const handle = `${namespace}/p${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await database.admin`update catalog.packages set price_amount = 100 where handle = ${handle}`
    return handle
  }

  /** Bought by somebody's token. */
  async function bought(namespace = 'acme') {
    const handle = await shelve(namespace)
    const userId = await database.createUser()
    await database.admin`select ledger.grant_credits(${userId}, 100, null, '{}')`
    const buying = token(userId, ['purchase'])
    const { id } = await verbs.purchasePackage(buying, { handle, expectedPrice: usd(100) }, null)
    return { handle, id, userId, buying }
  }

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    verbs = await importVerbs()
    await database.asUser(market.owner, (sql) => sql`select catalog.claim_namespace('bazaar')`)
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await database.drop()
  })

  it('sets prices, visibility and seats with `sell`, in its namespaces and not beyond', async () => {
    const [ours, other] = [await shelve(), await shelve('bazaar')]
    const items = [{ capability: 'words', price: { amount: 1, currency: 'CRD' as const }, perUnits: 1 }]
    const acts = (actor: TokenActor, handle: string) => [
      () => verbs.updatePackage(actor, handle, { price: usd(250), isAvailable: false }),
      () => verbs.setUnitPrices(actor, handle, { items }),
      () => verbs.limitStock(actor, handle, 5),
    ]
    const selling = token(market.owner, ['sell'], { namespaces: ['acme'] })
    const [changed, priced, limited] = await Promise.all(acts(selling, ours).map((act) => act()))
    expect([changed, priced, limited]).toMatchObject([{ price: usd(250) }, { items }, { seats: 5 }])
    for (const act of acts(selling, other))
      await expect(act()).rejects.toEqual(refused('namespace_not_owned'))
    for (const act of acts(token(market.owner, ['read', 'purchase']), ours)) {
      await expect(act()).rejects.toEqual(refused('insufficient_scope'))
    }
    // An operator's token is no operator.
    const office = token(market.operator, ['sell'], { appRole: 'operator' })
    for (const act of acts(office, ours)) await expect(act()).rejects.toEqual(refused('not_found'))
  })

  it('refunds with `sell` what was sold from its namespaces', async () => {
    const [ours, other] = [await bought(), await bought('bazaar')]
    const selling = token(market.owner, ['sell'], { namespaces: ['acme'] })
    const reason = 'Sorry'
    await expect(verbs.refundPurchase(selling, other.id, reason)).rejects.toEqual(refused('not_found'))
    const mayNot: [TokenActor, string][] = [
      [token(market.owner, ['read']), 'insufficient_scope'],
      [ours.buying, 'insufficient_scope'],
      [token(ours.userId, ['sell']), 'not_found'],
      [token(market.operator, ['sell'], { appRole: 'operator' }), 'not_found'],
    ]
    for (const [actor, code] of mayNot) {
      await expect(verbs.refundPurchase(actor, ours.id, reason)).rejects.toEqual(refused(code))
    }
    expect((await verbs.refundPurchase(selling, ours.id, reason)).status).toBe('refunded')
  })

  it('lists the orders and disputes of its namespaces alone', async () => {
    const [ours, other] = [await bought(), await bought('bazaar')]
    await verbs.openDispute(ours.buying, ours.id, REASON)
    await verbs.openDispute(other.buying, other.id, REASON)
    const idsOf = async (actor: TokenActor) => {
      const orders = await verbs.listSellerOrders(actor, { limit: 50 })
      const disputes = await verbs.listDisputes(actor, 'seller', { limit: 50 })
      return [...orders.items, ...disputes.items].map(({ id }) => id)
    }
    const limited = await idsOf(token(market.owner, ['sell'], { namespaces: ['bazaar'] }))
    expect(limited.filter((id) => id === other.id)).toHaveLength(2)
    expect(limited).not.toContain(ours.id)
    expect(await idsOf(token(market.owner, ['sell']))).toEqual(expect.arrayContaining([ours.id, other.id]))
  })

  it('speaks in a dispute for the side that its scope is for', async () => {
    const { id, userId, buying } = await bought()
    await verbs.openDispute(buying, id, REASON)
    const file = { name: 'a.txt', bytes: Buffer.from('a\n') }
    const mayNot: [TokenActor, string][] = [
      [token(userId, ['sell']), 'insufficient_scope'],
      [token(market.owner, ['purchase']), 'insufficient_scope'],
      [token(market.owner, ['sell'], { namespaces: ['bazaar'] }), 'not_found'],
      [token(market.operator, ['sell', 'purchase'], { appRole: 'operator' }), 'not_found'],
      [token(market.rival, ['sell', 'purchase']), 'not_found'],
    ]
    for (const [actor, code] of mayNot) {
      await expect(verbs.speakInDispute(actor, id, 'x')).rejects.toEqual(refused(code))
      await expect(verbs.addFile(actor, id, file)).rejects.toEqual(refused(code))
    }
    const selling = token(market.owner, ['sell'], { namespaces: ['acme'] })
    expect(await verbs.speakInDispute(selling, id, 'It starts.')).toMatchObject({
      ...{ side: 'seller', dispute: { state: 'awaiting_decision' } },
    })
    expect((await verbs.addFile(buying, id, file)).timeline.at(-1)).toMatchObject({
      kind: 'file',
      by: 'buyer',
    })
    await expect(verbs.withdrawDispute(selling, id)).rejects.toEqual(refused('forbidden'))
    expect((await verbs.withdrawDispute(buying, id)).status).toBe('upheld')
    await expect(verbs.openDispute(person(market.owner), id, REASON)).rejects.toEqual(refused('forbidden'))
  })
})
