import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import {
  signed,
  startStripeServer,
  STRIPE_TEST_KEY,
  STRIPE_TEST_WEBHOOK_SECRET,
  type StripeServer,
} from '../../scripts/testing/stripe-server.ts'
import { DISPUTE_FEE, type StripeEvent } from '../../scripts/testing/stripe-world.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type { followEvents as follow } from './follow-events.ts'
import type { getTopUp as get } from './get-top-up.ts'
import type { receiveStripeEvent as receive } from './receive-stripe-event.ts'
import type { reconcilePayments as reconcile } from './reconcile-payments.ts'
import type { startTopUp as start } from './start-top-up.ts'

const usd = (amount: number) => ({ amount: { amount, currency: 'USD' as const } })

describe('a top-up by card', () => {
  let database: TestDatabase
  let stripe: StripeServer
  let startTopUp: typeof start
  let getTopUp: typeof get
  let receiveStripeEvent: typeof receive
  let followEvents: typeof follow
  let reconcilePayments: typeof reconcile

  beforeAll(async () => {
    database = await createTestDatabase()
    stripe = await startStripeServer()
    useDatabase(database)
    Object.assign(process.env, {
      STRIPE_SECRET_KEY: STRIPE_TEST_KEY,
      STRIPE_WEBHOOK_SECRET: STRIPE_TEST_WEBHOOK_SECRET,
      STRIPE_API_URL: stripe.url,
    })
    ;({ startTopUp } = await import('./start-top-up.ts'))
    ;({ getTopUp } = await import('./get-top-up.ts'))
    ;({ receiveStripeEvent } = await import('./receive-stripe-event.ts'))
    ;({ followEvents } = await import('./follow-events.ts'))
    ;({ reconcilePayments } = await import('./reconcile-payments.ts'))
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

  const balance = async (userId: string) => {
    const [row] = await database.admin`select ledger.balance_of('wallet', ${userId}, 'CRD')::int as balance`
    return row?.balance as number
  }
  const sessionOf = async (id: string) => {
    const [row] = await database.admin`select session_id from payments.checkouts where id = ${id}`
    return String(row?.session_id)
  }
  const begin = async (amount = 2_000, key: string | null = null) => {
    const userId = await database.createUser()
    const topUp = await startTopUp(userActor(userId), usd(amount), key)
    return { userId, topUp, session: await sessionOf(topUp.id) }
  }
  const deliver = async (event: StripeEvent) => {
    const { body, signature } = signed(event)
    return await receiveStripeEvent(Buffer.from(body), signature)
  }

  it('opens Checkout once for one key, and refuses the key for another amount', async () => {
    const userId = await database.createUser()
    const first = await startTopUp(userActor(userId), usd(2_000), 'once')
    expect(first).toMatchObject({ status: 'open', amount: { amount: 2_000, currency: 'USD' } })
    expect(first.url).toMatch(/^https:\/\/checkout\.stripe\.test\//)
    expect(await startTopUp(userActor(userId), usd(2_000), 'once')).toEqual(first)
    await expect(startTopUp(userActor(userId), usd(3_000), 'once')).rejects.toMatchObject({
      code: 'idempotency_key_reused',
    })
  })

  it('opens one session when its answer is lost on the way', async () => {
    const userId = await database.createUser()
    stripe.fail('cut', 2)
    await expect(startTopUp(userActor(userId), usd(900), 'lost')).rejects.toMatchObject({
      code: 'unavailable',
    })
    const again = await startTopUp(userActor(userId), usd(900), 'lost')
    expect(again.url).not.toBeNull()
    const [sessions] = await database.admin`
      select count(*)::int as n from payments.checkouts where user_id = ${userId}`
    expect(sessions?.n).toBe(1)
  })

  it('opens one session when its answer is lost and reconciliation comes before the person', async () => {
    const userId = await database.createUser()
    const start = () => startTopUp(userActor(userId), usd(950), 'lost, then healed')
    stripe.fail('cut', 2)
    await expect(start()).rejects.toMatchObject({ code: 'unavailable' })
    await database.admin`
      update payments.checkouts set created_at = now() - interval '3 minutes' where user_id = ${userId}`
    await reconcilePayments()
    const [healed] =
      await database.admin`select id, session_id from payments.checkouts where user_id = ${userId}`
    expect(healed?.session_id).toMatch(/^cs_test_/)
    const { id, url } = await start()
    expect(url).not.toBeNull()
    expect(id).toBe(healed?.id)
    expect(stripe.world.sessionCount(id)).toBe(1)
  })

  it('puts the credits into the wallet once, however often the event comes', async () => {
    const { userId, session, topUp } = await begin()
    const event = stripe.world.pay(session)
    expect(await deliver(event)).toEqual({ received: true, isNew: true })
    expect(await deliver(event)).toEqual({ received: true, isNew: false })
    await Promise.all([followEvents(), followEvents()])

    expect(await balance(userId)).toBe(2_000)
    expect(await getTopUp(userActor(userId), topUp.id)).toMatchObject({ status: 'paid' })
    const [fee] = await database.admin`
      select t.amount::int as amount from ledger.transactions t join payments.checkouts c on c.transaction_id = t.parent_id
      where c.id = ${topUp.id} and t.kind = 'stripe_fee'`
    expect(fee?.amount).toBe(60)
  })

  it('refuses an event that is not signed, signed by another, altered or older than five minutes', async () => {
    const { session, userId } = await begin()
    const event = stripe.world.pay(session)
    const { body, signature } = signed(event)
    const old = signed(event, new Date(Date.now() - 301_000))
    for (const [bytes, header] of [
      [body, null],
      [body, 'nonsense'],
      [body, signature.replace(/v1=.{4}/, 'v1=0000')],
      [body.replace('completed', 'complete'), signature],
      [old.body, old.signature],
    ] as const) {
      await expect(receiveStripeEvent(Buffer.from(bytes), header)).rejects.toMatchObject({
        code: 'bad_request',
      })
    }
    await followEvents()
    expect(await balance(userId)).toBe(0)
  })

  it('is healed by reconciliation when no webhook ever comes', async () => {
    const { userId, session } = await begin()
    stripe.world.pay(session)
    await reconcilePayments()
    expect(await balance(userId)).toBe(2_000)
    stripe.world.refund(session, 500)
    await reconcilePayments()
    expect(await balance(userId)).toBe(1_500)
    stripe.world.cancelRefund(session)
    await reconcilePayments()
    expect(await balance(userId)).toBe(2_000)
  })

  it('is found paid by the person who comes back, when the webhook is late', async () => {
    const { userId, session, topUp } = await begin()
    stripe.world.pay(session)
    await database.admin`update payments.checkouts set created_at = now() - interval '1 minute' where id = ${topUp.id}`
    expect(await getTopUp(userActor(userId), topUp.id)).toMatchObject({ status: 'paid' })
    const stranger = await database.createUser()
    await expect(getTopUp(userActor(stranger), topUp.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('waits for Stripe when it does not answer, and loses nothing', async () => {
    const { userId, session } = await begin()
    await deliver(stripe.world.pay(session))
    stripe.fail(500, 2)
    await followEvents()
    expect(await balance(userId)).toBe(0)
    await database.admin`update payments.stripe_events set retry_at = now() where processed_at is null`
    await followEvents()
    expect(await balance(userId)).toBe(2_000)
  })

  it('is owed when it was spent before the card took it back', async () => {
    const { userId, session } = await begin(1_000)
    await deliver(stripe.world.pay(session))
    await followEvents()
    await database.admin`select ledger.purchase(${userId}, null, 'house/base', 800, 0, now(), '{}', ${userId})`
    await deliver(stripe.world.refund(session, 1_000))
    await followEvents()
    expect(await balance(userId)).toBe(0)
    const [debt] = await database.admin`select ledger.balance_of('receivable', ${userId}, 'CRD')::int as debt`
    expect(debt?.debt).toBe(-800)
  })

  interface Happening {
    session: string
    /** A second top-up of 500 by the same person. */
    topUpAgain: () => Promise<StripeEvent>
  }
  type Step = (it: Happening) => StripeEvent | Promise<StripeEvent>
  const refund =
    (total: number): Step =>
    ({ session }) =>
      stripe.world.refund(session, total)
  const refundFails: Step = ({ session }) => stripe.world.failRefund(session)
  const refundIsCalledOff: Step = ({ session }) => stripe.world.cancelRefund(session)
  const dispute =
    (status: string): Step =>
    ({ session }) =>
      stripe.world.dispute(session, status)
  const topUpAgain: Step = (it) => it.topUpAgain()

  interface Story {
    steps: Step[]
    wallet: number
    spent?: number
    owed?: number
    refunded?: number
    dispute?: 'won' | 'lost'
  }
  /** How a payment of 2,000 can go on after it was paid and partly spent, and what must be left then. */
  const stories: Story[] = [
    { steps: [], wallet: 2_000 },
    { steps: [refund(700)], wallet: 1_300, refunded: 700 },
    { steps: [refund(700), refund(2_000)], wallet: 0, refunded: 2_000 },
    { steps: [refund(700), refundFails], wallet: 2_000 },
    { steps: [refund(700), refundIsCalledOff], wallet: 2_000 },
    { steps: [refund(2_000), refundFails, refund(2_000)], spent: 500, wallet: 0, owed: 500, refunded: 2_000 },
    { steps: [refund(2_000), refundFails, dispute('lost')], dispute: 'lost', wallet: 0, refunded: 2_000 },
    {
      steps: [dispute('needs_response'), dispute('under_review'), dispute('won')],
      dispute: 'won',
      wallet: 2_000,
    },
    { steps: [dispute('needs_response'), dispute('lost')], dispute: 'lost', wallet: 0 },
    { steps: [refund(700), dispute('lost')], dispute: 'lost', wallet: 0, refunded: 2_000 },
    {
      steps: [dispute('needs_response'), topUpAgain, dispute('under_review'), dispute('won')],
      ...{ spent: 1_400, dispute: 'won', wallet: 1_100 },
    },
    {
      steps: [dispute('needs_response'), topUpAgain, dispute('lost')],
      spent: 1_400,
      dispute: 'lost',
      wallet: 0,
      owed: 900,
    },
    { steps: [refund(1_000), topUpAgain, refundFails], spent: 1_400, wallet: 1_100 },
  ]

  /** Every event at least once and some again, in any order at all; and some of them early, while the payment goes on. */
  const tellings = fc.constantFrom(...stories).chain((story) => {
    const events = Array.from({ length: story.steps.length + 1 }, (_, at) => at)
    const all = fc
      .array(fc.constantFrom(...events), { maxLength: 6 })
      .chain((again) =>
        fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }),
      )
    const early = fc.array(fc.option(fc.record({ pick: fc.nat(), follows: fc.boolean() })), { maxLength: 6 })
    return fc.record({ story: fc.constant(story), all, early })
  })

  it('comes to the same end for any order, repetition and delay of its events', async () => {
    await fc.assert(
      fc.asyncProperty(tellings, async ({ story, all, early }) => {
        const { userId, session, topUp } = await begin()
        const again = async () => {
          const { id } = await startTopUp(userActor(userId), usd(500), 'again')
          return stripe.world.pay(await sessionOf(id))
        }
        const happened = [stripe.world.pay(session)]
        if (story.spent) {
          await deliver(stripe.world.pay(session))
          await followEvents()
          await database.admin`
            select ledger.purchase(${userId}, null, 'house/base', ${story.spent}, 0, now(), '{}', ${userId})`
        }
        for (const [at, step] of story.steps.entries()) {
          happened.push(await step({ session, topUpAgain: again }))
          const chance = early[at]
          const event = chance && happened[chance.pick % happened.length]
          if (!event) continue
          await deliver(event)
          if (chance.follows) await followEvents()
        }
        for (const at of all) await deliver(happened[at] ?? stripe.world.pay(session))
        await Promise.all([followEvents(), followEvents()])
        const [end] = await database.admin`
          select c.status, (c.refunded_amount - c.returned_amount)::int as refunded, c.dispute_status as dispute, c.fault,
            ledger.balance_of('wallet', c.user_id, 'CRD')::int as wallet,
            -ledger.balance_of('receivable', c.user_id, 'CRD')::int as owed,
            (select -sum(e.amount)::int from ledger.transactions t join ledger.entries e on e.transaction_id = t.id
             join ledger.accounts a on a.id = e.account_id
             where t.parent_id = c.transaction_id and t.kind = 'stripe_fee' and a.kind = 'stripe_fees') as fees
          from payments.checkouts c where c.id = ${topUp.id}`
        const { refunded = 0, owed = 0, dispute = null, wallet } = story
        expect(end).toMatchObject({ status: 'paid', refunded, dispute, fault: null, wallet, owed })
        expect(end?.fees).toBe(dispute === 'lost' ? 60 + DISPUTE_FEE : 60)
      }),
      { numRuns: 80 },
    )
  })
})

describe('without a Stripe key', () => {
  it('says that cards are not taken, and everything else works', async () => {
    const database = await createTestDatabase()
    useDatabase(database)
    const { vi } = await import('vitest')
    vi.resetModules()
    for (const name of ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET', 'STRIPE_API_URL']) {
      Reflect.deleteProperty(process.env, name)
    }
    const { startTopUp } = await import('./start-top-up.ts')
    const { listTopUps } = await import('./list-top-ups.ts')
    const { receiveStripeEvent } = await import('./receive-stripe-event.ts')
    const { reconcilePayments } = await import('./reconcile-payments.ts')
    const { closeDatabase } = await import('#lib/platform/db')
    try {
      const actor = userActor(await database.createUser())
      await expect(startTopUp(actor, usd(2_000), null)).rejects.toMatchObject({ code: 'unavailable' })
      const list = await listTopUps(actor)
      expect(list).toMatchObject({ items: [], meta: { isAvailable: false } })
      expect(list.meta.reason).toMatch(/not set up/)
      await expect(receiveStripeEvent(Buffer.from('{}'), 'x')).rejects.toMatchObject({ code: 'unavailable' })
      await expect(reconcilePayments()).resolves.toBeUndefined()
    } finally {
      await closeDatabase()
      await database.drop()
    }
  })
})
