import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import type { TokenActor, UserActor } from '../kernel/actor.ts'

const credits = (amount: number) => ({ amount, currency: 'CRD' as const })
const refused = (code: string) => expect.objectContaining({ code }) as unknown
const HANDLE = 'acme/metered'

describe('metering', () => {
  let database: TestDatabase
  let market: Market
  let verbs: Awaited<ReturnType<typeof importVerbs>>
  let seller: UserActor

  async function importVerbs() {
    Object.assign(process.env, {
      ...{ DATABASE_URL: database.url, SUPABASE_URL: 'http://127.0.0.1:9' },
      ...{ SUPABASE_PUBLISHABLE_KEY: 'unused', SUPABASE_SECRET_KEY: 'unused' },
    })
    const [prices, readPrices, set, revoke, report, budgets, usage, metered, charge, db] = await Promise.all([
      import('./set-unit-prices.ts'),
      import('./get-unit-prices.ts'),
      import('./set-budget.ts'),
      import('./revoke-budget.ts'),
      import('./report-usage.ts'),
      import('./list-budgets.ts'),
      import('./list-usage.ts'),
      import('./list-metered.ts'),
      import('./charge-usage.ts'),
      import('../platform/db.ts'),
    ])
    return {
      ...{ ...prices, ...readPrices, ...set, ...revoke, ...report },
      ...{ ...budgets, ...usage, ...metered, ...charge, ...db },
    }
  }

  const person = (userId: string): UserActor => ({
    ...{ kind: 'user', userId, appRole: null, email: `${userId}@souk.test` },
    ...{ displayName: 'Somebody', isStale: false },
  })

  async function buyer(amount: number): Promise<UserActor> {
    const userId = await database.createUser()
    await database.admin`select ledger.grant_credits(${userId}, ${amount}, null, '{}')`
    return person(userId)
  }

  async function walletOf({ userId }: UserActor) {
    const rows = await database.admin<{ kind: string; balance: number }[]>`
      select kind::text, balance::int from ledger.accounts where owner_id = ${userId} order by kind`
    return Object.fromEntries(rows.map(({ kind, balance }) => [kind, balance]))
  }

  const event = (budget: string, units: number, id = randomUUID() as string) => ({
    ...{ id, package: HANDLE, budget, capability: 'words', units },
    at: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(),
  })
  const budgetOf = async (who: UserActor, limit: number) =>
    await verbs.setBudget(who, HANDLE, { limit: credits(limit), expiresInDays: 30 })
  const report = async (events: ReturnType<typeof event>[]) =>
    (await verbs.reportUsage(seller, { events })).items.map(({ status, code }) => code ?? status)

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    verbs = await importVerbs()
    seller = person(market.owner)
    await publishAs(database, market.owner, { id: HANDLE })
    await verbs.setUnitPrices(seller, HANDLE, {
      items: [
        { capability: 'words', price: credits(3), perUnits: 10 },
        { capability: 'images', price: credits(5), perUnits: 1 },
      ],
    })
  })
  afterAll(async () => {
    await verbs.closeDatabase()
    const faults = await database.admin`select fault, subject from ledger.verify()`
    const unequal = await database.admin`
      select b.id from metering.budgets b where b.used_micro <> (
        select coalesce(sum(e.cost_micro), 0) from metering.events e where e.budget_id = b.id)`
    await database.drop()
    expect([...faults, ...unequal]).toEqual([])
  })

  it('only the seller sets unit prices, everybody reads them', async () => {
    const stranger = await buyer(1)
    const items = [{ capability: 'words', price: credits(0), perUnits: 1 }]
    await expect(verbs.setUnitPrices(stranger, HANDLE, { items })).rejects.toEqual(refused('not_found'))
    const { items: seen } = await verbs.getUnitPrices({ kind: 'anonymous' }, HANDLE)
    expect(seen.map(({ capability }) => capability)).toEqual(['images', 'words'])
  })

  it('owners of the namespace set unit prices, its maintainers see what is used', async () => {
    const handle = 'acme/shared-prices'
    await publishAs(database, market.owner, { id: handle })
    const member = async (role: string) => {
      const userId = await database.createUser()
      await database.admin`
        insert into catalog.namespace_members (namespace_id, user_id, role)
        select id, ${userId}, ${role} from catalog.namespaces where name = 'acme'`
      return person(userId)
    }
    const [coOwner, maintainer] = [await member('owner'), await member('maintainer')]
    const items = [{ capability: 'words', price: credits(1), perUnits: 1 }]
    await expect(verbs.setUnitPrices(maintainer, handle, { items })).rejects.toEqual(refused('not_found'))
    expect(await verbs.setUnitPrices(coOwner, handle, { items })).toEqual({ items })
    const shopper = await buyer(100)
    const { id } = await verbs.setBudget(shopper, handle, { limit: credits(50), expiresInDays: 30 })
    await report([{ ...event(id, 7), package: handle }])
    for (const actor of [coOwner, maintainer]) {
      const usage = await verbs.listUsage(actor, 'seller', { package: handle, by: 'day' })
      expect(usage.items).toMatchObject([{ handle, capability: 'words', units: 7, creditMillionths: 7e6 }])
      expect((await verbs.listBudgets(actor, 'seller')).items.map((one) => one.id)).toContain(id)
    }
    expect((await verbs.listUsage(person(market.rival), 'seller', {})).items).toEqual([])
    const elsewhere: TokenActor = {
      ...{ kind: 'token', userId: seller.userId, tokenId: randomUUID(), email: '', displayName: '' },
      ...{ appRole: null, scopes: ['sell'], namespaces: ['other'] },
    }
    expect((await verbs.listUsage(elsewhere, 'seller', {})).items).toEqual([])
    expect((await verbs.listBudgets(elsewhere, 'seller')).items).toEqual([])
  })

  it('offers for a budget what charges by use and is in the library or was used', async () => {
    const shopper = await buyer(100)
    expect(await verbs.listMetered(shopper)).toEqual([])
    await database.admin`
      insert into commerce.entitlements (user_id, package_id, source)
      select ${shopper.userId}, id, 'grant' from catalog.packages where handle in (${HANDLE}, 'acme/free')`
    expect((await verbs.listMetered(shopper)).map(({ handle }) => handle)).toEqual([HANDLE])
    const other = await buyer(100)
    await budgetOf(other, 10)
    expect((await verbs.listMetered(other)).map(({ handle }) => handle)).toEqual([HANDLE])
  })

  it('a budget is set aside, used, charged by the hour and given back', async () => {
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 60)
    expect(await walletOf(shopper)).toEqual({ wallet: 40, wallet_held: 60 })
    // 15 words are 4.5 credits: four now, the half waits.
    expect(await report([event(id, 5), event(id, 10)])).toEqual(['accepted', 'accepted'])
    await verbs.chargeUsage()
    await verbs.chargeUsage()
    expect(await walletOf(shopper)).toEqual({ wallet: 40, wallet_held: 56 })
    await report([event(id, 5)])
    await verbs.chargeUsage()
    expect(await walletOf(shopper)).toEqual({ wallet: 40, wallet_held: 54 })
    const usage = await verbs.listUsage(shopper, 'buyer', {})
    expect(usage.items).toEqual([
      expect.objectContaining({
        handle: HANDLE,
        capability: 'words',
        units: 20,
        events: 3,
        creditMillionths: 6e6,
      }),
    ])
    expect(await verbs.revokeBudget(shopper, HANDLE)).toMatchObject({ status: 'closed', charged: credits(6) })
    expect(await walletOf(shopper)).toEqual({ wallet: 94, wallet_held: 0 })
    expect(await report([event(id, 1)])).toEqual(['budget_closed'])
    await expect(verbs.revokeBudget(shopper, HANDLE)).rejects.toEqual(refused('not_found'))
  })

  it('a budget grows and shrinks, never below what was used, never beyond the wallet', async () => {
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 20)
    await report([{ ...event(id, 3), capability: 'images' }])
    expect(await budgetOf(shopper, 80)).toMatchObject({ id, limit: credits(80), used: credits(15) })
    await expect(budgetOf(shopper, 101)).rejects.toEqual(refused('payment_required'))
    await expect(budgetOf(shopper, 14)).rejects.toEqual(refused('conflict'))
    expect(await budgetOf(shopper, 30)).toMatchObject({ id, charged: credits(15) })
    expect(await walletOf(shopper)).toEqual({ wallet: 70, wallet_held: 15 })
    await expect(budgetOf(seller, 10)).rejects.toEqual(refused('own_package'))
  })

  it('an event counts once by its id, and an id means one event', async () => {
    const { id } = await budgetOf(await buyer(100), 50)
    const sent = event(id, 10, 'once')
    expect(await report([sent, sent, { ...sent, units: 11 }])).toEqual([
      'accepted',
      'duplicate',
      'event_id_reused',
    ])
    const again = await Promise.all(Array.from({ length: 10 }, () => report([sent])))
    expect(again.flat()).toEqual(Array.from({ length: 10 }, () => 'duplicate'))
  })

  it('what is not the caller’s is unknown; prices, times and token limits are kept', async () => {
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 50)
    const asStranger = await verbs.reportUsage(await buyer(1), { events: [event(id, 1)] })
    const elsewhere: TokenActor = {
      ...{ kind: 'token', userId: seller.userId, tokenId: randomUUID(), email: '', displayName: '' },
      ...{ appRole: null, scopes: ['usage:write'], namespaces: ['other'] },
    }
    const withToken = await verbs.reportUsage(elsewhere, { events: [event(id, 1)] })
    for (const { items } of [asStranger, withToken]) {
      expect(items).toEqual([expect.objectContaining({ status: 'refused', code: 'unknown_budget' })])
    }
    const old = { ...event(id, 1), at: '2020-01-01T00:00:00Z' }
    const unpriced = { ...event(id, 1), capability: 'nothing' }
    expect(await report([old, unpriced, event(randomUUID(), 1)])).toEqual([
      ...['outside_window', 'unknown_capability', 'unknown_budget'],
    ])
    expect((await verbs.listBudgets(seller, 'seller')).items.map((each) => each.id)).toContain(id)
    expect((await verbs.listBudgets(await buyer(1), 'buyer')).items).toEqual([])
    const seenBy = (who: UserActor) =>
      database.asUser(who.userId, (sql) => sql`select id from metering.budgets where id = ${id}`)
    expect(
      [await seenBy(shopper), await seenBy(seller), await seenBy(await buyer(1))].map((rows) => rows.length),
    ).toEqual([...[1, 1, 0]])
  })

  it('64 services spending one budget at once, while it is charged, use all of it and not a unit more', async () => {
    const crowd = postgres(database.adminUrl, { max: 16, onnotice: () => undefined })
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 30)
    const spend = (n: number) =>
      crowd.begin(async (sql) => {
        await sql`select set_config('request.jwt.claim.sub', ${seller.userId}, true)`
        const events = JSON.stringify([event(id, 10, `race-${n}`)])
        const [row] = await sql<{ said: { status: string }[] }[]>`
        select metering.report_usage(${events}::text::jsonb, null) as said`
        return row?.said[0]?.status
      })
    const spenders = Array.from({ length: 64 }, (_, n) => spend(n))
    await Promise.all([verbs.chargeUsage(), verbs.chargeUsage()])
    const said = await Promise.all(spenders)
    await crowd.end({ timeout: 5 })
    expect(said.filter((status) => status === 'accepted')).toHaveLength(10)
    await verbs.chargeUsage()
    expect(await walletOf(shopper)).toEqual({ wallet: 70, wallet_held: 0 })
  })

  it('a budget whose time is over is charged, closed and given back by itself', async () => {
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 50)
    await report([event(id, 100)])
    await database.admin`update metering.budgets set expires_at = now() - interval '1 second' where id = ${id}`
    expect(await report([event(id, 1)])).toEqual(['budget_closed'])
    await verbs.chargeUsage()
    expect(await walletOf(shopper)).toEqual({ wallet: 70, wallet_held: 0 })
  })

  it('one budget that cannot be charged holds up no other, and is told to the operators', async () => {
    const [broken, sound] = [await buyer(100), await buyer(100)]
    const budgets = [await budgetOf(broken, 50), await budgetOf(sound, 50)]
    for (const { id } of budgets) await report([event(id, 100)])
    const [hold] = await database.admin`
      select hold_id as id from metering.budgets where id = ${budgets[0]?.id ?? ''}`
    await database.admin`select ledger.close_hold(${String(hold?.id)}, 'expired', 'x', null)`
    await verbs.chargeUsage()
    expect(await walletOf(sound)).toEqual({ wallet: 50, wallet_held: 20 })
    const failures = await database.admin`select kind, item_id as id, reason from ledger.failures`
    expect([...failures]).toEqual([
      { kind: 'budget', id: budgets[0]?.id, reason: expect.stringContaining('This hold is') as unknown },
    ])
    await database.admin`select public.tend_commerce()`
    expect(await database.admin`select from ledger.failures`).toHaveLength(1)
    await database.admin`update metering.budgets set is_open = false where id = ${budgets[0]?.id ?? ''}`
    await database.admin`select public.tend_commerce()`
    expect(await database.admin`select from ledger.failures`).toHaveLength(0)
  })

  it('the hold of an open budget outlives any pause of the background tasks', async () => {
    const shopper = await buyer(100)
    const { id } = await budgetOf(shopper, 50)
    await report([event(id, 100)])
    await database.admin`update metering.budgets set expires_at = now() - interval '9 days' where id = ${id}`
    await database.admin`
      update ledger.holds set expires_at = now() - interval '2 days'
      where transaction_id = (select hold_id from metering.budgets where id = ${id})`
    await database.admin`select ledger.expire_holds()`
    expect(await walletOf(shopper)).toEqual({ wallet: 50, wallet_held: 50 })
    await verbs.chargeUsage()
    expect(await walletOf(shopper)).toEqual({ wallet: 70, wallet_held: 0 })
  })
})
