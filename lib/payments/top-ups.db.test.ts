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
import type { StripeEvent } from '../../scripts/testing/stripe-world.ts'
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

  it('comes to the same end for any order, repetition and delay of its events', async () => {
    // How a payment can go on after it was paid, and what must be in the wallet then.
    const stories = [
      { steps: [], wallet: 2_000, refunded: 0, dispute: null },
      { steps: [(id: string) => stripe.world.refund(id, 700)], wallet: 1_300, refunded: 700, dispute: null },
      {
        steps: [(id: string) => stripe.world.refund(id, 700), (id: string) => stripe.world.refund(id, 2_000)],
        ...{ wallet: 0, refunded: 2_000, dispute: null },
      },
      {
        steps: [
          (id: string) => stripe.world.dispute(id, 'needs_response'),
          (id: string) => stripe.world.dispute(id, 'under_review'),
          (id: string) => stripe.world.dispute(id, 'won'),
        ],
        ...{ wallet: 2_000, refunded: 0, dispute: 'won' },
      },
      {
        steps: [
          (id: string) => stripe.world.dispute(id, 'needs_response'),
          (id: string) => stripe.world.dispute(id, 'lost'),
        ],
        ...{ wallet: 0, refunded: 0, dispute: 'lost' },
      },
      {
        steps: [
          (id: string) => stripe.world.refund(id, 700),
          (id: string) => stripe.world.dispute(id, 'lost'),
        ],
        ...{ wallet: 0, refunded: 2_000, dispute: 'lost' },
      },
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...stories),
        fc.array(fc.record({ pick: fc.nat(), follows: fc.boolean() }), { maxLength: 8 }),
        fc.boolean(),
        async (story, early, isReversed) => {
          const { userId, session, topUp } = await begin()
          const sent: StripeEvent[] = []
          const happen = async (event: StripeEvent, at: number) => {
            sent.push(event)
            // Some are delivered while the payment goes on, some twice, some not before the end.
            const chance = early[at]
            if (!chance) return
            await deliver(sent[chance.pick % sent.length] ?? event)
            if (chance.follows) await followEvents()
          }
          await happen(stripe.world.pay(session), 0)
          for (const [at, step] of story.steps.entries()) await happen(step(session), at + 1)
          for (const { pick } of early) await deliver(sent[pick % sent.length] ?? stripe.world.pay(session))
          for (const event of isReversed ? sent.toReversed() : sent) await deliver(event)
          await Promise.all([followEvents(), followEvents()])
          const [checkout] = await database.admin`
            select status, refunded_amount::int as refunded, dispute_status as dispute, fault
            from payments.checkouts where id = ${topUp.id}`
          const { refunded, dispute } = story
          expect(checkout).toEqual({ status: 'paid', refunded, dispute, fault: null })
          expect(await balance(userId)).toBe(story.wallet)
        },
      ),
      { numRuns: 60 },
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
