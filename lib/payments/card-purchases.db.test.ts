import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import {
  signed,
  startStripeServer,
  STRIPE_TEST_KEY,
  STRIPE_TEST_WEBHOOK_SECRET,
  type StripeServer,
} from '../../scripts/testing/stripe-server.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' as const })

async function loadVerbs() {
  const { startCardPurchase } = await import('./start-card-purchase.ts')
  const { startTopUp } = await import('./start-top-up.ts')
  const { getTopUp } = await import('./get-top-up.ts')
  const { receiveStripeEvent } = await import('./receive-stripe-event.ts')
  const { followEvents } = await import('./follow-events.ts')
  const { reconcilePayments } = await import('./reconcile-payments.ts')
  const { purchasePackage } = await import('#lib/commerce/purchase-package')
  return {
    ...{ startCardPurchase, startTopUp, getTopUp, receiveStripeEvent, followEvents, reconcilePayments },
    purchasePackage,
  }
}

describe('a package paid for by card', () => {
  let database: TestDatabase
  let market: Market
  let stripe: StripeServer
  let verbs: Awaited<ReturnType<typeof loadVerbs>>

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    stripe = await startStripeServer()
    useDatabase(database)
    Object.assign(process.env, {
      STRIPE_SECRET_KEY: STRIPE_TEST_KEY,
      STRIPE_WEBHOOK_SECRET: STRIPE_TEST_WEBHOOK_SECRET,
      STRIPE_API_URL: stripe.url,
    })
    verbs = await loadVerbs()
  })
  afterAll(async () => {
    const { closeDatabase } = await import('#lib/platform/db')
    await closeDatabase()
    await stripe.close()
    await database.drop()
  })
  afterEach(async () => {
    expect(await database.admin`select fault, subject from ledger.verify()`).toEqual([])
    const [sum] = await database.admin`
      select coalesce(sum(balance) filter (where currency = 'CRD'), 0)::int as credits,
        coalesce(sum(balance) filter (where currency = 'USD'), 0)::int as dollars from ledger.accounts`
    expect(sum).toEqual({ credits: 0, dollars: 0 })
  })

  async function shelve(price: number): Promise<string> {
    const handle = `acme/c${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await database.admin`update catalog.packages set price_amount = ${price} where handle = ${handle}`
    return handle
  }
  async function begin(price = 1200) {
    const handle = await shelve(price)
    const buyer = userActor(await database.createUser())
    const payment = await verbs.startCardPurchase(buyer, { handle, expectedPrice: usd(price) }, 'one')
    const [row] = await database.admin`select session_id from payments.checkouts where id = ${payment.id}`
    return { handle, buyer, payment, session: String(row?.session_id) }
  }
  async function deliver(event: Parameters<typeof signed>[0]) {
    const { body, signature } = signed(event)
    await verbs.receiveStripeEvent(Buffer.from(body), signature)
  }
  async function outcome(userId: string, handle: string) {
    const [row] = await database.admin`
      select ledger.balance_of('wallet', ${userId}, 'CRD')::int as wallet,
        (select count(*)::int from commerce.orders o where o.buyer_id = ${userId} and o.handle = ${handle}) as orders,
        (select count(*)::int from commerce.entitlements e join catalog.packages p on p.id = e.package_id
         where e.user_id = ${userId} and p.handle = ${handle}) as rights`
    return row
  }

  it('is bought once at the agreed price, however often the event comes', async () => {
    const { handle, buyer, payment, session } = await begin()
    expect(payment).toMatchObject({ status: 'open', purchase: { handle, orderId: null, refusal: null } })
    const event = stripe.world.pay(session)
    await deliver(event)
    await deliver(event)
    await Promise.all([verbs.followEvents(), verbs.followEvents(), verbs.getTopUp(buyer, payment.id)])
    await verbs.reconcilePayments()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 1 })
    const paid = await verbs.getTopUp(buyer, payment.id)
    expect(paid).toMatchObject({ status: 'paid', purchase: { refusal: null } })
    expect(paid.purchase?.orderId).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is bought by reconciliation when no webhook ever comes', async () => {
    const { handle, buyer, session } = await begin()
    stripe.world.pay(session)
    await verbs.reconcilePayments()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 1 })
  })

  it('leaves the money in the wallet and says why when it cannot be bought any more', async () => {
    const spoilers: [string, (handle: string) => Promise<unknown>][] = [
      [
        'now costs',
        (handle) => database.admin`update catalog.packages set price_amount = 1300 where handle = ${handle}`,
      ],
      [
        'no package',
        (handle) => database.admin`update catalog.packages set is_available = false where handle = ${handle}`,
      ],
      [
        'sold out',
        (handle) => database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, 0)`),
      ],
    ]
    for (const [reason, spoil] of spoilers) {
      const { handle, buyer, payment, session } = await begin()
      await spoil(handle)
      await deliver(stripe.world.pay(session))
      await verbs.followEvents()
      expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 1200, orders: 0, rights: 0 })
      const paid = await verbs.getTopUp(buyer, payment.id)
      expect(paid.purchase?.refusal).toContain(reason)
      expect(paid.purchase?.orderId).toBeNull()
    }
  })

  it('and with credits at the same time is bought once, in whatever order they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), async (isTogether, isCardFirst) => {
        const { handle, buyer, session } = await begin(300)
        await database.admin`select ledger.grant_credits(${buyer.userId}, 300, null, '{}')`
        const byCard = async () => {
          await deliver(stripe.world.pay(session))
          await verbs.followEvents()
        }
        const byCredits = async () => {
          await verbs
            .purchasePackage(buyer, { handle, expectedPrice: usd(300) }, null)
            .catch((error: { code: string }) =>
              expect(['already_owned', 'unavailable']).toContain(error.code),
            )
        }
        const [first, second] = isCardFirst ? [byCard, byCredits] : [byCredits, byCard]
        if (isTogether) await Promise.all([first(), second()])
        else await first().then(second)
        // An event that met a deadlock is tried again; here at once.
        await database.admin`update payments.stripe_events set retry_at = now() where processed_at is null`
        await verbs.followEvents()
        expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 300, orders: 1, rights: 1 })
      }),
      { numRuns: 8 },
    )
  })

  it('leaves the library when the bank takes its price back, and the seller’s share with it', async () => {
    const { handle, buyer, session } = await begin()
    await deliver(stripe.world.pay(session))
    await verbs.followEvents()
    await deliver(stripe.world.dispute(session, 'needs_response'))
    await verbs.followEvents()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 1 })
    await deliver(stripe.world.dispute(session, 'lost'))
    await verbs.followEvents()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 0 })
    const [end] = await database.admin`
      select o.status, g.state, ledger.balance_of('receivable', o.buyer_id, 'CRD')::int as owed,
        (select array_agg(n.kind || ' ' || n.href order by n.kind) from identity.notifications n
         where n.user_id = o.buyer_id) as told,
        (select array_agg(n.kind || ' ' || n.href) from identity.notifications n
         where n.user_id = ${market.owner} and n.href like '%' || o.id || '%') as seller, o.id
      from commerce.orders o join ledger.earnings g using (transaction_id) where o.buyer_id = ${buyer.userId}`
    const id = String(end?.id)
    expect(end).toEqual({
      ...{ status: 'refunded', state: 'returned', owed: 0 },
      ...{ id, told: [`payment.received /orders/${id}`, `payment.reversed /orders/${id}`] },
      seller: [`order.refunded /orders/${id}`],
    })
  })

  it('is told once to each side also when its buyer disputes it here as well', async () => {
    const { handle, buyer, session } = await begin()
    await deliver(stripe.world.pay(session))
    await verbs.followEvents()
    const [order] = await database.admin`select id from commerce.orders where buyer_id = ${buyer.userId}`
    const id = String(order?.id)
    await database.asUser(buyer.userId, (sql) => sql`select commerce.open_dispute(${id}, 'other', 'x')`)
    await database.admin`delete from identity.notifications`
    await deliver(stripe.world.dispute(session, 'lost'))
    await verbs.followEvents()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 0 })
    const told = await database.admin`select user_id as who, kind, href, body from identity.notifications`
    expect(told).toHaveLength(2)
    expect(told).toEqual(
      expect.arrayContaining([
        {
          who: buyer.userId,
          ...{ kind: 'payment.reversed', href: `/orders/${id}` },
          body: 'Your bank gave you back what you paid for it.',
        },
        {
          who: market.owner,
          ...{ kind: 'dispute.refunded', href: `/dashboard/disputes/${id}` },
          body: "The buyer's bank took the payment back.",
        },
      ]),
    )
  })

  it('leaves the library also after a decision for the seller, who keeps the money: it is owed', async () => {
    const { handle, buyer, session } = await begin()
    await deliver(stripe.world.pay(session))
    await verbs.followEvents()
    const [order] = await database.admin`select id from commerce.orders where buyer_id = ${buyer.userId}`
    const id = String(order?.id)
    await database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, 5)`)
    await database.admin`select commerce.open_order_dispute(${id}, 'x', '{}', null)`
    await database.admin`select commerce.resolve_order_dispute(${id}, 'upheld', 'x', '{}', null)`
    await deliver(stripe.world.dispute(session, 'lost'))
    await verbs.followEvents()
    expect(await outcome(buyer.userId, handle)).toEqual({ wallet: 0, orders: 1, rights: 0 })
    const [end] = await database.admin`
      select o.status, ledger.balance_of('receivable', o.buyer_id, 'CRD')::int as owed, c.fault,
        (select k.sold::int from commerce.stocks k where k.package_id = o.package_id) as sold
      from commerce.orders o join payments.checkouts c on c.order_id = o.id where o.id = ${id}`
    expect(end).toEqual({ status: 'upheld', owed: -1200, fault: null, sold: 0 })
  })

  it('is refused before anything is charged when it cannot be bought', async () => {
    const handle = await shelve(500)
    const buyer = userActor(await database.createUser())
    const start = (price: number, name = handle, who = buyer) =>
      verbs.startCardPurchase(who, { handle: name, expectedPrice: usd(price) }, null)
    await expect(start(400)).rejects.toMatchObject({ code: 'price_changed' })
    await expect(start(500, 'acme/nothing')).rejects.toMatchObject({ code: 'not_found' })
    await expect(start(500, handle, userActor(market.owner))).rejects.toMatchObject({ code: 'own_package' })
    await database.admin`update catalog.packages set price_amount = 100000000 where handle = ${handle}`
    await expect(start(100_000_000)).rejects.toMatchObject({ code: 'validation_failed' })
    await database.admin`update catalog.packages set price_amount = 500 where handle = ${handle}`
    await expect(start(49)).rejects.toMatchObject({ code: 'validation_failed' })
    await database.admin`select ledger.grant_credits(${buyer.userId}, 500, null, '{}')`
    await verbs.purchasePackage(buyer, { handle, expectedPrice: usd(500) }, null)
    await expect(start(500)).rejects.toMatchObject({ code: 'already_owned' })
  })

  it('has a key of its own: the same answer again, and nothing else under it', async () => {
    const { handle, buyer, payment } = await begin(700)
    const again = verbs.startCardPurchase(buyer, { handle, expectedPrice: usd(700) }, 'one')
    expect(await again).toEqual(payment)
    const other = await shelve(700)
    for (const attempt of [
      verbs.startCardPurchase(buyer, { handle: other, expectedPrice: usd(700) }, 'one'),
      verbs.startTopUp(buyer, { amount: usd(700) }, 'one'),
    ]) {
      await expect(attempt).rejects.toMatchObject({ code: 'idempotency_key_reused' })
    }
  })
})
