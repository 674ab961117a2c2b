import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs } from '../../scripts/testing/market.ts'
import { startStripeServer, STRIPE_TEST_KEY, type StripeServer } from '../../scripts/testing/stripe-server.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type * as Connect from './connect-seller.ts'
import type * as Lists from './list-payouts.ts'
import type { paySellers as pay } from './pay-sellers.ts'
import type { getSellerStats as readStats } from '#lib/commerce/get-seller-stats'
import type { reconcilePayments as reconcile } from './reconcile-payments.ts'

describe('paying sellers', () => {
  let database: TestDatabase
  let stripe: StripeServer
  let connect: typeof Connect
  let lists: typeof Lists
  let paySellers: typeof pay
  let reconcilePayments: typeof reconcile
  let getSellerStats: typeof readStats
  let seller: string
  let store: string
  let day = 0

  beforeAll(async () => {
    database = await createTestDatabase()
    stripe = await startStripeServer()
    useDatabase(database)
    Object.assign(process.env, { STRIPE_SECRET_KEY: STRIPE_TEST_KEY, STRIPE_API_URL: stripe.url })
    connect = await import('./connect-seller.ts')
    lists = await import('./list-payouts.ts')
    ;({ paySellers } = await import('./pay-sellers.ts'))
    ;({ reconcilePayments } = await import('./reconcile-payments.ts'))
    ;({ getSellerStats } = await import('#lib/commerce/get-seller-stats'))
  })
  afterAll(async () => {
    const { closeDatabase } = await import('#lib/platform/db')
    await closeDatabase()
    await stripe.close()
    await database.drop()
  })
  beforeEach(async () => {
    day += 1
    seller = await database.createUser()
    await openStoreAs(database, seller, `store-${day}`)
    const [row] = await database.admin`select id from catalog.stores where slug = ${`store-${day}`}`
    store = String(row?.id)
    stripe.world.transferRefusal = null
  })

  const today = () => new Date(Date.UTC(2030, 0, day))
  const payable = async () => {
    const [row] = await database.admin`
      select ledger.balance_of('seller_payable', ${store}, 'CRD')::int as balance`
    return row?.balance as number
  }
  /** A sale whose dispute window is over: 90 % of it is payable. */
  const sell = async (price: number) => {
    const buyer = await database.createUser()
    await database.admin`select ledger.grant_credits(${buyer}, ${price}, ${`gift-${buyer}`}, '{}')`
    await database.admin`select ledger.purchase(${buyer}, ${store}, 'acme/paid', ${price}, ${price / 10},
      now() - interval '1 second', '{}', ${buyer})`
    await database.admin`select ledger.release_earnings()`
  }
  const onboard = async () => {
    const { url } = await connect.connectSeller(userActor(seller))
    stripe.world.enableAccount(url.split('/').at(-1) ?? '')
    await reconcilePayments()
  }

  it('sends what is payable, once, and explains it line by line', async () => {
    expect(await connect.getPayoutAccount(userActor(seller))).toMatchObject({ state: 'none' })
    const { url } = await connect.connectSeller(userActor(seller))
    expect(await connect.getPayoutAccount(userActor(seller))).toMatchObject({
      state: 'incomplete',
      requirements: ['external_account'],
    })
    await sell(4_000)
    await sell(2_000)
    await paySellers(today())
    expect(await payable()).toBe(5_400)
    stripe.world.enableAccount(url.split('/').at(-1) ?? '')
    await reconcilePayments()
    expect(await connect.getPayoutAccount(userActor(seller))).toMatchObject({ state: 'ready' })
    await Promise.all([paySellers(today()), paySellers(today())])
    await paySellers(today())
    expect(await payable()).toBe(0)
    const { items } = await lists.listPayouts(userActor(seller))
    expect(items).toMatchObject([{ state: 'paid', amount: { amount: 5_400 }, failure: null }])
    const [payout] = items
    if (!payout) throw new Error('There is a payout')
    expect(stripe.world.transfers.filter((each) => each.transfer_group === payout.id)).toHaveLength(1)
    const detail = await lists.getPayout(userActor(seller), payout.id)
    expect(detail.lines.map((line) => [line.subject, line.amount.amount])).toEqual([
      ['acme/paid', 3_600],
      ['acme/paid', 1_800],
    ])
    expect(detail.carriedOver.amount).toBe(0)
    const stranger = userActor(await database.createUser())
    await expect(lists.getPayout(stranger, payout.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('waits below the minimum', async () => {
    await onboard()
    await sell(2_700)
    await paySellers(today())
    expect(await payable()).toBe(2_430)
  })

  it('sends once when the answer is lost on the way', async () => {
    await onboard()
    await sell(4_000)
    // The list is asked, then the transfer is made and its answer lost, as is that of the library's own retry.
    stripe.fail('cut', 2, 1)
    await paySellers(today())
    await paySellers(today())
    const { items } = await lists.listPayouts(userActor(seller))
    expect(items).toMatchObject([{ state: 'paid', amount: { amount: 3_600 } }])
    expect(stripe.world.transfers.filter((each) => each.transfer_group === items[0]?.id)).toHaveLength(1)
  })

  it('never pays twice for an answer that says nothing of what was sent before', async () => {
    await onboard()
    await sell(4_000)
    stripe.fail('cut', 2, 1)
    await paySellers(today())
    const state = async () => (await lists.listPayouts(userActor(seller))).items[0]?.state
    expect(await state()).toBe('reserved')
    // Each time the look-up fails first, so that nobody knows what the transfer's own answer would mean.
    for (const fault of [400, 401, 403] as const) {
      stripe.fail(fault)
      await paySellers(today())
      expect(await state(), String(fault)).toBe('reserved')
    }
    await paySellers(today())
    expect(await state()).toBe('paid')
    expect(await payable()).toBe(0)
    const { items } = await lists.listPayouts(userActor(seller))
    expect(stripe.world.transfers.filter((each) => each.transfer_group === items[0]?.id)).toHaveLength(1)
  })

  it('waits when Stripe does not let us ask, and believes a refusal only after looking again', async () => {
    await onboard()
    await sell(4_000)
    const state = async () => (await lists.listPayouts(userActor(seller))).items[0]?.state
    for (const fault of [401, 403, 'idempotency'] as const) {
      stripe.fail(fault, 1, 1)
      await paySellers(today())
      expect(await state(), String(fault)).toBe('reserved')
    }
    stripe.fail('then 400', 1, 1)
    await paySellers(today())
    expect(await state()).toBe('paid')
    expect(await payable()).toBe(0)
  })

  it('makes refused money payable again, says why, and sends it the next day', async () => {
    await onboard()
    await sell(4_000)
    stripe.world.transferRefusal = 'account_invalid'
    await paySellers(today())
    expect(await payable()).toBe(3_600)
    expect((await lists.listPayouts(userActor(seller))).items).toMatchObject([
      { state: 'failed', failure: 'Cannot transfer.' },
    ])
    stripe.world.transferRefusal = null
    day += 1
    await paySellers(today())
    expect(await payable()).toBe(0)
    expect((await lists.listPayouts(userActor(seller))).items[0]).toMatchObject({ state: 'paid' })
  })

  it('makes payable again what Stripe took back of a transfer, in parts and once', async () => {
    await onboard()
    await sell(4_000)
    await paySellers(today())
    const newest = async () => (await lists.listPayouts(userActor(seller))).items[0]
    const transfer = (await newest())?.transferId ?? ''
    const paid = async () => (await getSellerStats(userActor(seller), 30)).paid.amount
    const taken = async (total: number) => {
      stripe.world.reverseTransfer(transfer, total)
      await reconcilePayments()
      await reconcilePayments()
    }
    await taken(1_000)
    expect([await payable(), (await newest())?.state]).toEqual([1_000, 'paid'])
    expect(await newest()).toMatchObject({ amount: { amount: 3_600 }, reversed: { amount: 1_000 } })
    expect(await paid()).toBe(2_600)
    await taken(3_600)
    expect(await payable()).toBe(3_600)
    expect(await newest()).toMatchObject({ state: 'failed', failure: 'Stripe took the transfer back.' })
    expect(await paid()).toBe(0)
    expect([...(await database.admin`select fault, subject from ledger.verify()`)]).toEqual([])
    day += 1
    await paySellers(today())
    expect([await payable(), (await newest())?.state, await paid()]).toEqual([0, 'paid', 3_600])
  })

  it('keeps money on its way while the platform has too little at Stripe', async () => {
    await onboard()
    await sell(4_000)
    stripe.world.transferRefusal = 'balance_insufficient'
    await paySellers(today())
    expect((await lists.listPayouts(userActor(seller))).items).toMatchObject([{ state: 'reserved' }])
    stripe.world.transferRefusal = null
    await paySellers(today())
    expect((await lists.listPayouts(userActor(seller))).items).toMatchObject([{ state: 'paid' }])
  })
})
