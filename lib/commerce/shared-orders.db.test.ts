import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS, publishAs } from '../../scripts/testing/market.ts'
import type { UserActor } from '../kernel/actor.ts'

const refused = (code: string) => expect.objectContaining({ code }) as unknown

/** Several people look after what one store sells. */
describe('orders of a namespace that several look after', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Awaited<ReturnType<typeof importVerbs>>
  let coOwner: UserActor
  let maintainer: UserActor

  async function importVerbs() {
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'unused',
      SUPABASE_SECRET_KEY: 'unused',
    })
    const [purchase, get, refund, sellerOrders, stats, stock, data, db] = await Promise.all([
      import('./purchase-package.ts'),
      import('./get-purchase.ts'),
      import('./refund-purchase.ts'),
      import('./list-seller-orders.ts'),
      import('./get-seller-stats.ts'),
      import('./limit-stock.ts'),
      import('./data.ts'),
      import('../platform/db.ts'),
    ])
    return { ...purchase, ...get, ...refund, ...sellerOrders, ...stats, ...stock, ...data, ...db }
  }

  const person = (userId: string): UserActor => ({
    ...{ kind: 'user', userId, appRole: null },
    ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
  })

  async function sold(namespace: string): Promise<{ id: string; handle: string }> {
    const handle = `${namespace}/p${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await database.admin`update catalog.packages set price_amount = 100 where handle = ${handle}`
    const buyer = person(await database.createUser())
    await database.admin`select ledger.grant_credits(${buyer.userId}, 100, null, '{}')`
    const expectedPrice = { amount: 100, currency: 'USD' as const }
    return { id: (await verbs.purchasePackage(buyer, { handle, expectedPrice }, null)).id, handle }
  }

  async function member(role: 'owner' | 'maintainer'): Promise<UserActor> {
    const userId = await database.createUser()
    await database.admin`
      insert into catalog.namespace_members (namespace_id, user_id, role)
      select id, ${userId}, ${role} from catalog.namespaces where name = 'acme'`
    return person(userId)
  }

  const seen = async (actor: UserActor) =>
    (await verbs.listSellerOrders(actor, { limit: 50 })).items.map(({ id }) => id)

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    verbs = await importVerbs()
    await database.asUser(market.owner, (sql) => sql`select catalog.claim_namespace('bazaar')`)
    coOwner = await member('owner')
    maintainer = await member('maintainer')
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    await database.drop()
  })

  it('are seen by its owners and maintainers, and only those of that namespace', async () => {
    const [ours, other] = [await sold('acme'), await sold('bazaar')]
    expect(await seen(person(market.owner))).toEqual([other.id, ours.id])
    for (const actor of [coOwner, maintainer]) {
      expect(await seen(actor)).toEqual([ours.id])
      expect((await verbs.getPurchase(actor, ours.id)).handle).toBe(ours.handle)
      await expect(verbs.getPurchase(actor, other.id)).rejects.toEqual(refused('not_found'))
      await expect(verbs.refundPurchase(actor, other.id, 'x')).rejects.toEqual(refused('not_found'))
    }
    await expect(seen(person(market.buyer))).rejects.toEqual(refused('store_required'))
    expect(await seen(person(market.rival))).toEqual([])
  })

  it('are refunded, and its seats limited, by owners alone', async () => {
    const { id, handle } = await sold('acme')
    expect((await verbs.getPurchase(maintainer, id)).allows.refund).toBe(false)
    await expect(verbs.refundPurchase(maintainer, id, 'x')).rejects.toEqual(refused('forbidden'))
    await expect(verbs.limitStock(maintainer, handle, 5)).rejects.toEqual(refused('not_found'))
    expect(await verbs.limitStock(coOwner, handle, 5)).toMatchObject({ seats: 5, sold: 1 })
    expect((await verbs.getPurchase(coOwner, id)).allows.refund).toBe(true)
    expect((await verbs.refundPurchase(coOwner, id, 'Sorry')).status).toBe('refunded')
    expect((await verbs.getPurchase(maintainer, id)).timeline.at(-1)).toMatchObject({ by: 'seller' })
  })

  it('tell nobody but the store’s owner of its balances and payouts', async () => {
    for (const actor of [coOwner, maintainer]) {
      await expect(verbs.getSellerStats(actor, 7)).rejects.toEqual(refused('store_required'))
      const rows = await verbs.asActor(actor, async (db) => [
        ...(await sql`select 1 from ledger.accounts where kind::text like 'seller%'`.execute(db)).rows,
        ...(await sql`select 1 from ledger.payouts`.execute(db)).rows,
        ...(await sql`select 1 from ledger.earnings`.execute(db)).rows,
      ])
      expect(rows).toEqual([])
    }
  })

  it('are no longer theirs to see once the namespace has gone to another store', async () => {
    const { id, handle } = await sold('acme')
    await database.admin`
      update catalog.packages set store_id = (select id from catalog.stores where slug = 'rival')
      where handle = ${handle}`
    expect(await seen(maintainer)).not.toContain(id)
    await expect(verbs.getPurchase(coOwner, id)).rejects.toEqual(refused('not_found'))
    expect(await seen(person(market.owner))).toContain(id)
  })

  it('are listed along the index (seller_id, status, created_at desc), whatever else was sold', async () => {
    await database.admin`
      insert into commerce.orders (id, buyer_id, seller_id, package_id, handle, version, price_amount, price_currency,
        fee_amount, status, transaction_id, created_at, updated_at)
      select gen_random_uuid(), gen_random_uuid(), md5((n % 50)::text)::uuid, gen_random_uuid(), 'many/orders', '1.0.0',
        100, 'USD', 10, 'settled', gen_random_uuid(), now() - n * interval '1 minute', now()
      from generate_series(1, 20000) n`
    await database.admin`analyze commerce.orders`
    const [store] = await database.admin`select id from catalog.stores where slug = 'acme'`
    const query = verbs.sellerOrdersQuery(
      [String(store?.id)],
      { status: 'settled' },
      { after: null, limit: 25 },
    )
    const plan = await verbs.asActor(person(market.owner), async (db) => {
      const { rows } = await sql<Record<string, string>>`explain (costs off) ${query}`.execute(db)
      return rows.map((row) => Object.values(row).join()).join('\n')
    })
    expect(plan).toContain('orders_by_seller')
    expect(plan).not.toContain('Seq Scan on orders')
  })

  it('and all other money are on the operators’ desk, and on nobody else’s', async () => {
    const ask = (userId: string, claims = {}) =>
      database.asUser(userId, (sql) => sql`select commerce.money_desk() as desk`, claims)
    await expect(ask(market.owner)).rejects.toMatchObject({ code: 'SK403' })
    const [row] = await ask(market.operator, OPERATOR_CLAIMS)
    const desk = row?.desk as { balances: { balance: number; currency: string }[]; stuck: unknown[] }
    expect(desk.stuck).toEqual([])
    expect(desk.balances.reduce((sum, { balance }) => sum + balance, 0)).toBe(0)
    await database.admin`update ledger.earnings set release_at = now() - interval '1 hour'`
    await database.admin`
      insert into payments.stripe_events (id, type, payload, source, created_at, received_at)
      values ('evt_1', 'charge.refunded', '{}', 'webhook', now(), now() - interval '1 hour')`
    const [later] = await ask(market.operator, OPERATOR_CLAIMS)
    const { stuck } = later?.desk as { stuck: { kind: string }[] }
    expect(stuck.map(({ kind }) => kind).toSorted()).toEqual(['earning', 'event'])
    const item = randomUUID()
    await database.admin`select ledger.note_failure('budget', ${item}, 'nothing is held')`
    const [failed] = await ask(market.operator, OPERATOR_CLAIMS)
    expect((failed?.desk as { stuck: unknown[] }).stuck).toContainEqual(
      expect.objectContaining({ kind: 'budget', id: item, text: 'failed 1 times: nothing is held' }),
    )
  })
})
