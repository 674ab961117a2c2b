import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, OPERATOR_CLAIMS, publishAs } from '../../scripts/testing/market.ts'
import type { UserActor } from '../kernel/actor.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' as const })
const refused = (code: string) => expect.objectContaining({ code }) as unknown

describe('buying a package', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Awaited<ReturnType<typeof importVerbs>>

  async function importVerbs() {
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'unused',
      SUPABASE_SECRET_KEY: 'unused',
    })
    const [
      purchase,
      get,
      list,
      refund,
      library,
      wallet,
      entries,
      csv,
      sellerOrders,
      stats,
      stock,
      tend,
      access,
      db,
    ] = await Promise.all([
      import('./purchase-package.ts'),
      import('./get-purchase.ts'),
      import('./list-purchases.ts'),
      import('./refund-purchase.ts'),
      import('./get-library.ts'),
      import('./get-wallet.ts'),
      import('./list-wallet-entries.ts'),
      import('./export-wallet-entries.ts'),
      import('./list-seller-orders.ts'),
      import('./get-seller-stats.ts'),
      import('./limit-stock.ts'),
      import('./tend-commerce.ts'),
      import('./note-access.ts'),
      import('../platform/db.ts'),
    ])
    return {
      ...{ ...purchase, ...get, ...list, ...refund, ...library, ...wallet, ...entries },
      ...{ ...csv, ...sellerOrders, ...stats, ...stock, ...tend, ...access, ...db },
    }
  }

  const person = (userId: string, appRole: UserActor['appRole'] = null): UserActor => ({
    ...{ kind: 'user', userId, appRole },
    ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
  })

  async function buyer(credits: number): Promise<UserActor> {
    const userId = await database.createUser()
    if (credits > 0) await database.admin`select ledger.grant_credits(${userId}, ${credits}, null, '{}')`
    return person(userId)
  }

  /** A package of acme at this price. */
  async function shelve(price: number): Promise<string> {
    const handle = `acme/p${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await database.admin`update catalog.packages set price_amount = ${price} where handle = ${handle}`
    return handle
  }

  const available = async (actor: UserActor) => (await verbs.getWallet(actor)).available.amount

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    verbs = await importVerbs()
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    const faults = await database.admin`select fault, subject from ledger.verify()`
    await database.drop()
    expect([...faults]).toEqual([])
  })

  it('takes the price, gives the right, pays the seller less the fee and counts the sale', async () => {
    const shopper = await buyer(1000)
    const handle = await shelve(300)
    const order = await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(300) }, null)
    expect(order).toMatchObject({ handle, version: '1.0.0', price: usd(300), status: 'settled' })
    expect(await verbs.getWallet(shopper)).toEqual({
      available: { amount: 700, currency: 'CRD' },
      held: { amount: 0, currency: 'CRD' },
      owed: { amount: 0, currency: 'CRD' },
    })
    await database.admin`select commerce.count_pending_sales()`
    const [row] = await database.admin`
      select g.state, (g.amount - g.fee)::int as share, g.fee::int, st.sold_count::int as sold,
        (select count(*)::int from commerce.events v where v.order_id = o.id and v.kind = 'order.created') as events,
        round(extract(day from g.release_at - o.created_at))::int as days
      from commerce.orders o join ledger.earnings g using (transaction_id)
      join catalog.package_stats st on st.package_id = o.package_id where o.id = ${order.id}`
    expect(row).toEqual({
      state: 'held',
      share: 270,
      fee: 30,
      sold: 1,
      events: 1,
      days: expect.any(Number) as unknown,
    })
    expect(row?.days).toBeGreaterThanOrEqual(13)
    const [manifest] = await database.asUser(
      shopper.userId,
      (sql) => sql`select outcome from catalog.read_manifest(${handle}, '1.0.0')`,
    )
    expect(manifest?.outcome).toBe('ok')
  })

  it('takes the same path at zero', async () => {
    const shopper = await buyer(0)
    const order = await verbs.purchasePackage(
      shopper,
      { handle: 'house/base', expectedPrice: usd(0) },
      'free',
    )
    expect(order.price).toEqual(usd(0))
    expect((await verbs.getLibrary(shopper, { limit: 10 })).items).toMatchObject([
      {
        package: { handle: 'house/base' },
        source: 'free',
        orderId: order.id,
        version: '1.0.0',
        hasUpdate: false,
      },
    ])
  })

  it('refuses, and then nothing has happened', async () => {
    const shopper = await buyer(100)
    const handle = await shelve(300)
    const attempt = (actor: UserActor, which: string, price: number) =>
      verbs.purchasePackage(actor, { handle: which, expectedPrice: usd(price) }, null)
    await expect(attempt(shopper, handle, 300)).rejects.toEqual(refused('payment_required'))
    await expect(attempt(shopper, handle, 299)).rejects.toEqual(refused('price_changed'))
    await expect(attempt(person(market.owner), handle, 300)).rejects.toEqual(refused('own_package'))
    for (const hidden of ['acme/withdrawn', 'acme/pending', 'acme/quarantined', 'rival/tool', 'no/thing']) {
      await expect(attempt(shopper, hidden, 0), hidden).rejects.toEqual(refused('not_found'))
    }
    await attempt(shopper, 'acme/free', 0)
    await expect(attempt(shopper, 'acme/free', 0)).rejects.toEqual(refused('already_owned'))
    expect(await available(shopper)).toBe(100)
    expect((await verbs.listPurchases(shopper, { limit: 10 })).items.map((order) => order.handle)).toEqual([
      'acme/free',
    ])
  })

  it('answers a repeated key as the first time, another body 422, and one in flight 409', async () => {
    const shopper = await buyer(1000)
    const [handle, other] = [await shelve(300), await shelve(300)]
    const buy = (which: string) =>
      verbs.purchasePackage(shopper, { handle: which, expectedPrice: usd(300) }, 'one key')
    const first = await buy(handle)
    expect(await buy(handle)).toEqual(first)
    await expect(buy(other)).rejects.toEqual(refused('idempotency_key_reused'))
    expect(await available(shopper)).toBe(700)
    const somebodyElse = await buyer(1000)
    await verbs.purchasePackage(somebodyElse, { handle, expectedPrice: usd(300) }, 'one key')
    await database.admin.begin(async (sql) => {
      await sql`select commerce.begin_request(${shopper.userId}, 'held', '\\x00')`
      await expect(
        verbs.purchasePackage(shopper, { handle: other, expectedPrice: usd(300) }, 'held'),
      ).rejects.toEqual(refused('idempotency_in_flight'))
    })
    await database.admin`update commerce.idempotency_keys set created_at = now() - interval '31 days'`
    await verbs.tendCommerce()
    const kept = await database.admin`select from commerce.idempotency_keys`
    expect(kept).toHaveLength(0)
  })

  it('sells exactly the seats there are', async () => {
    const handle = await shelve(10)
    expect(await verbs.limitStock(person(market.owner), handle, 2)).toEqual({ handle, seats: 2, sold: 0 })
    await expect(verbs.limitStock(person(market.buyer), handle, 9)).rejects.toEqual(refused('not_found'))
    const shoppers = await Promise.all(Array.from({ length: 6 }, () => buyer(10)))
    const outcomes = await Promise.allSettled(
      shoppers.map((shopper) => verbs.purchasePackage(shopper, { handle, expectedPrice: usd(10) }, null)),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(refused('sold_out'))
    }
    const [sold] = (await verbs.listSellerOrders(person(market.owner), { handle, limit: 10 })).items
    await verbs.refundPurchase(person(market.owner), sold?.id ?? '', 'A seat less')
    const late = await buyer(10)
    await verbs.purchasePackage(late, { handle, expectedPrice: usd(10) }, null)
    expect(await verbs.limitStock(person(market.owner), handle, 1)).toMatchObject({ seats: 2, sold: 2 })
  })

  it('is refunded by its seller or an operator alone, whole, and the right goes with it', async () => {
    const shopper = await buyer(1000)
    const handle = await shelve(400)
    const order = await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(400) }, null)
    const refund = (actor: UserActor) => verbs.refundPurchase(actor, order.id, 'Does not start')
    await expect(refund(shopper)).rejects.toEqual(refused('forbidden'))
    await expect(refund(person(market.buyer))).rejects.toEqual(refused('not_found'))
    await expect(verbs.getPurchase(person(market.buyer), order.id)).rejects.toEqual(refused('not_found'))
    expect(await refund(person(market.operator, 'operator'))).toMatchObject({ status: 'refunded' })
    expect(await available(shopper)).toBe(1000)
    expect((await verbs.getLibrary(shopper, { limit: 10 })).items).toEqual([])
    await expect(refund(person(market.owner))).rejects.toEqual(refused('conflict'))
    expect(await verbs.getPurchase(shopper, order.id)).toMatchObject({
      seller: { slug: 'acme' },
      timeline: [
        { status: 'settled', by: 'buyer' },
        { status: 'refunded', by: 'operator', reason: 'Does not start' },
      ],
      allows: { refund: false },
    })
    const [audit] = await database.admin`
      select action, actor_kind from identity.audit_entries where subject = ${order.id}`
    expect(audit).toEqual({ action: 'order.refund', actor_kind: 'operator' })
    const again = await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(400) }, null)
    expect(again.id).not.toBe(order.id)
  })

  it('is listed page by page for its buyer and its seller, and each sees only their own', async () => {
    const shopper = await buyer(1000)
    const handles = [await shelve(1), await shelve(2), await shelve(3)]
    for (const [index, handle] of handles.entries()) {
      await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(index + 1) }, null)
    }
    const first = await verbs.listPurchases(shopper, { limit: 2 })
    const second = await verbs.listPurchases(shopper, { limit: 2, cursor: first.meta.nextCursor ?? '' })
    expect([...first.items, ...second.items].map(({ handle }) => handle)).toEqual(handles.toReversed())
    expect(second.meta.nextCursor).toBeNull()
    const sold = await verbs.listSellerOrders(person(market.owner), { limit: 2, status: 'settled' })
    expect(sold.items.map(({ handle }) => handle)).toEqual(handles.toReversed().slice(0, 2))
    expect(sold.items[0]).toMatchObject({ earned: { amount: 3 }, earning: { state: 'held' } })
    await expect(verbs.listSellerOrders(shopper, { limit: 2 })).rejects.toEqual(refused('store_required'))
    expect((await verbs.listSellerOrders(person(market.rival), { limit: 2 })).items).toEqual([])
    const plan = await database.admin`
      explain (costs off) select id from commerce.orders
      where seller_id = ${randomUUID()} and status = 'settled' order by created_at desc limit 10`
    expect(JSON.stringify(plan)).toContain('orders_by_seller')
  })

  it('stands in the statement, which filters, pages and exports without a formula', async () => {
    const shopper = await buyer(500)
    const handle = await shelve(200)
    const order = await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(200) }, null)
    await verbs.refundPurchase(person(market.owner), order.id, 'x')
    const all = await verbs.listWalletEntries(shopper, { limit: 10 })
    expect(all.items.map(({ kind, amount, balance }) => [kind, amount.amount, balance.amount])).toEqual([
      ['refund', 200, 500],
      ['purchase', -200, 300],
      ['grant', 500, 500],
    ])
    expect(all.items.slice(0, 2).map(({ orderId }) => orderId)).toEqual([order.id, order.id])
    const first = await verbs.listWalletEntries(shopper, { limit: 1 })
    const rest = await verbs.listWalletEntries(shopper, { limit: 5, cursor: first.meta.nextCursor ?? '' })
    expect([...first.items, ...rest.items]).toEqual(all.items)
    const filtered = await verbs.listWalletEntries(shopper, { limit: 10, kind: ['purchase'] })
    expect(filtered.items).toHaveLength(1)
    expect(
      (await verbs.listWalletEntries(shopper, { limit: 10, until: '2000-01-01T00:00:00Z' })).items,
    ).toEqual([])
    const csv = await verbs.exportWalletEntries(shopper, {})
    expect(csv.split('\r\n')[0]).toBe('time,kind,subject,credits,balance,transaction,order,charged_of_hold')
    expect(csv.split('\r\n')).toHaveLength(5)
    expect((await verbs.listWalletEntries(await buyer(0), { limit: 10 })).items).toEqual([])
  })

  it('shows in the library what was got and that there is something newer', async () => {
    const shopper = await buyer(100)
    const handle = await shelve(50)
    await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(50) }, null)
    await publishAs(database, market.owner, { id: handle, version: '1.1.0' })
    const item = async () => (await verbs.getLibrary(shopper, { limit: 10 })).items[0]
    expect(await item()).toMatchObject({
      version: '1.0.0',
      hasUpdate: true,
      versions: [{ version: '1.1.0' }, {}],
    })
    await verbs.noteAccess(shopper, handle, 'download', '1.1.0')
    expect(await item()).toMatchObject({ version: '1.1.0', hasUpdate: false })
    await verbs.noteAccess(person(market.buyer), handle, 'download', '1.1.0')
    const [row] = await database.admin`
      select count(*)::int from commerce.accesses a join catalog.packages p on p.id = a.package_id where p.handle = ${handle}`
    expect(row?.count).toBe(1)
  })

  it('keeps in the library what was withdrawn, and offers nothing older as an update', async () => {
    const shopper = await buyer(100)
    const handle = await shelve(50)
    const yank = (version: string) =>
      database.asUser(
        market.owner,
        (sql) => sql`select catalog.yank_version(${handle}, ${version}, true, 'Broken')`,
      )
    await publishAs(database, market.owner, { id: handle, version: '1.10.0' })
    await publishAs(database, market.owner, { id: handle, version: '1.9.0' })
    await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(50) }, null)
    const item = async () => (await verbs.getLibrary(shopper, { limit: 10 })).items[0]
    await verbs.noteAccess(shopper, handle, 'download', '1.9.0')
    expect(await item()).toMatchObject({ version: '1.9.0', hasUpdate: true })
    await verbs.noteAccess(shopper, handle, 'download', '1.10.0')
    await yank('1.10.0')
    expect(await item()).toMatchObject({
      version: '1.10.0',
      hasUpdate: false,
      package: { latestVersion: '1.9.0' },
    })
    await yank('1.9.0')
    await yank('1.0.0')
    expect(await item()).toMatchObject({
      package: { handle, latestVersion: null },
      hasUpdate: false,
      versions: [{ version: '1.10.0', isYanked: true }, { version: '1.9.0' }, { version: '1.0.0' }],
    })
  })

  it('the statement says of what was set aside how much was charged, the store’s figures what came in by use', async () => {
    const handle = await shelve(0)
    const seller = person(market.owner)
    const before = (await verbs.getSellerStats(seller, 7)).days.at(-1)
    const shopper = await buyer(100)
    const prices = JSON.stringify([{ capability: 'words', amount: 3, perUnits: 10 }])
    await database.asUser(
      seller.userId,
      (sql) => sql`select metering.set_prices(${handle}, ${prices}::text::jsonb)`,
    )
    const [budget] = await database.asUser(
      shopper.userId,
      (sql) => sql`select metering.set_budget(${handle}, 60, now() + interval '1 day') ->> 'id' as id`,
    )
    const event = {
      id: randomUUID(),
      package: handle,
      budget: String(budget?.id),
      capability: 'words',
      units: 100,
    }
    const events = JSON.stringify([{ ...event, at: new Date().toISOString() }])
    await database.asUser(
      seller.userId,
      (sql) => sql`select metering.report_usage(${events}::text::jsonb, null)`,
    )
    await database.admin`select metering.charge_usage()`
    const holds = async () =>
      (await verbs.listWalletEntries(shopper, { limit: 10 })).items.map(({ kind, hold }) => [
        ...[kind, hold?.charged.amount, hold?.isOpen],
      ])
    const grant = ['grant', undefined, undefined]
    expect(await holds()).toEqual([['hold', 30, true], grant])
    const after = (await verbs.getSellerStats(seller, 7)).days.at(-1)
    const grown = (['gross', 'earned', 'earnedByUse'] as const).map(
      (key) => (after?.[key].amount ?? 0) - (before?.[key].amount ?? 0),
    )
    expect(grown).toEqual([30, 27, 27])
    await database.asUser(shopper.userId, (sql) => sql`select metering.revoke_budget(${handle})`)
    expect(await holds()).toEqual([['hold_release', 30, false], ['hold', 30, false], grant])
    expect(await verbs.exportWalletEntries(shopper, {})).toContain(',30\r\n')
  })

  it('shows an order from the side of whoever looks, and until when it can be disputed', async () => {
    const shopper = await buyer(1000)
    const handle = await shelve(50)
    const { id } = await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(50) }, null)
    const sideOf = async (actor: UserActor) => {
      const { side, buyer: name, allows } = await verbs.getPurchase(actor, id)
      return [side, name, allows.refund, allows.dispute]
    }
    const [profile] = await database.admin`
      select display_name from identity.profiles where user_id = ${shopper.userId}`
    const name = String(profile?.display_name)
    const operator = person(market.operator, 'operator')
    expect(await sideOf(shopper)).toEqual(['buyer', name, false, true])
    expect(await sideOf(person(market.owner))).toEqual(['seller', name, true, false])
    expect(await sideOf(operator)).toEqual(['operator', name, true, false])
    await verbs.refundPurchase(person(market.owner), id, 'Sorry')
    expect(await sideOf(shopper)).toEqual(['buyer', name, false, false])
    expect(await sideOf(person(market.owner))).toEqual(['seller', name, false, false])
  })

  it('lets an operator who buys be a buyer: they dispute, and do not refund themselves', async () => {
    const operator: UserActor = { ...(await buyer(50)), appRole: 'operator' }
    const handle = await shelve(50)
    const { id } = await verbs.purchasePackage(operator, { handle, expectedPrice: usd(50) }, null)
    expect(await verbs.getPurchase(operator, id)).toMatchObject({
      ...{ side: 'buyer', allows: { refund: false, dispute: true } },
    })
    await expect(verbs.refundPurchase(operator, id, 'Mine')).rejects.toEqual(refused('forbidden'))
  })

  it('says of what the house sold until when it can be disputed, and of what was free that it cannot', async () => {
    await database.admin`update catalog.packages set price_amount = 70 where handle = 'house/base'`
    const shopper = await buyer(70)
    const { id } = await verbs.purchasePackage(
      shopper,
      { handle: 'house/base', expectedPrice: usd(70) },
      null,
    )
    const order = await verbs.getPurchase(shopper, id)
    expect([order.releaseAt, order.allows.dispute]).toEqual([null, true])
    expect(Date.parse(order.disputableUntil ?? '')).toBeGreaterThan(Date.now() + 13 * 86_400_000)
    await database.admin`update commerce.orders set created_at = now() - interval '15 days' where id = ${id}`
    expect((await verbs.getPurchase(shopper, id)).allows.dispute).toBe(false)
    await database.admin`update catalog.packages set price_amount = 0 where handle = 'house/base'`
    const other = await buyer(0)
    const free = await verbs.purchasePackage(other, { handle: 'house/base', expectedPrice: usd(0) }, null)
    expect(await verbs.getPurchase(other, free.id)).toMatchObject({
      ...{ disputableUntil: null, allows: { dispute: false } },
    })
  })

  it('adds up for its seller: held, then payable once the window has closed', async () => {
    const before = await verbs.getSellerStats(person(market.owner), 7)
    const shopper = await buyer(1000)
    const handle = await shelve(1000)
    await verbs.purchasePackage(shopper, { handle, expectedPrice: usd(1000) }, null)
    const after = await verbs.getSellerStats(person(market.owner), 7)
    expect(after.held.amount - before.held.amount).toBe(900)
    expect(after.days).toHaveLength(7)
    expect((after.days.at(-1)?.orders ?? 0) - (before.days.at(-1)?.orders ?? 0)).toBe(1)
    expect(after.releases.reduce((sum, { amount }) => sum + amount.amount, 0)).toBe(after.held.amount)
    await database.admin`update ledger.earnings set release_at = now()`
    await verbs.tendCommerce()
    const released = await verbs.getSellerStats(person(market.owner), 7)
    expect(released.held.amount).toBe(0)
    expect(released.payable.amount).toBeGreaterThanOrEqual(900)
  })

  it('is released however many others are due, and whatever is wrong with one of them', async () => {
    const store = randomUUID()
    const shopper = await database.createUser()
    await database.admin`select ledger.grant_credits(${shopper}, 100000, null, '{}')`
    const sales = await database.admin<{ id: string }[]>`
      select ledger.purchase(${shopper}, ${store}, 'acme/many', 10, 1, now() - interval '1 second', '{}', ${shopper}) as id
      from generate_series(1, 1200)`
    const broken = sales[3]?.id ?? ''
    // An earning whose account does not hold what it says.
    await database.admin`update ledger.earnings set amount = 1000000 where transaction_id = ${broken}`
    await verbs.tendCommerce()
    const [left] = await database.admin`
      select count(*) filter (where state = 'payable')::int as payable, count(*) filter (where state = 'held')::int as held
      from ledger.earnings where store_id = ${store}`
    expect(left).toEqual({ payable: 1199, held: 1 })
    const failures = await database.admin`select kind, item_id as id, attempts from ledger.failures`
    expect([...failures]).toEqual([{ kind: 'earning', id: broken, attempts: 1 }])
    await database.admin`update ledger.earnings set amount = 10 where transaction_id = ${broken}`
    await database.admin`update ledger.failures set retry_at = now()`
    await verbs.tendCommerce()
    expect(await database.admin`select from ledger.failures`).toHaveLength(0)
  })

  it('what failed is stuck until it succeeds or nothing waits for it any longer', async () => {
    const shopper = await buyer(1000)
    const [open] = await database.admin<{ id: string }[]>`
      select ledger.hold(${shopper.userId}, 10, now() + interval '1 hour', ${randomUUID()}, 'x', null, '{}', null) as id`
    const gone = { hold: open?.id ?? '', earning: randomUUID(), budget: randomUUID(), dispute: randomUUID() }
    for (const [kind, id] of Object.entries(gone)) {
      await database.admin`select ledger.note_failure(${kind}, ${id}, 'x')`
    }
    const failed = async () =>
      (await database.admin`select item_id as id from ledger.failures`).map(({ id }) => String(id))
    await verbs.tendCommerce()
    expect(await failed()).toEqual([gone.hold])
    await database.admin`select ledger.close_hold(${gone.hold}, 'voided', 'x', null)`
    await verbs.tendCommerce()
    expect(await failed()).toEqual([])
  })

  it('of the house earns the platform everything, and can be given back all the same', async () => {
    await database.admin`update catalog.packages set price_amount = 70 where handle = 'house/base'`
    const shopper = await buyer(70)
    const order = await verbs.purchasePackage(shopper, { handle: 'house/base', expectedPrice: usd(70) }, null)
    expect(await available(shopper)).toBe(0)
    const [row] = await database.asUser(
      market.operator,
      (sql) => sql`select commerce.refund_order(${order.id}, 'x') ->> 'status' as status`,
      OPERATOR_CLAIMS,
    )
    expect([row?.status, await available(shopper)]).toEqual(['refunded', 70])
  })
})
