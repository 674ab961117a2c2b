import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'

/** Things that happen at once: one right outcome each, every time. */
describe('races for money and seats', () => {
  let database: TestDatabase
  let market: Market
  let crowd: postgres.Sql

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    crowd = postgres(database.adminUrl, { max: 16, onnotice: () => undefined })
  })
  afterAll(async () => {
    const faults = await crowd`select fault, subject from ledger.verify()`
    const doubled = await crowd`
      select transaction_id from commerce.orders group by transaction_id having count(*) > 1`
    await crowd.end({ timeout: 5 })
    await database.drop()
    expect([...faults, ...doubled]).toEqual([])
  })

  async function shelve(price: number): Promise<string> {
    const handle = `acme/p${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await crowd`update catalog.packages set price_amount = ${price} where handle = ${handle}`
    return handle
  }

  async function buyers(count: number, credits: number): Promise<string[]> {
    const rows = await crowd<{ id: string }[]>`
      insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
      select id, 'authenticated', 'authenticated', id || '@souk.test', '{}', '{}', now(), now()
      from (select gen_random_uuid() as id from generate_series(1, ${count})) people
      returning id`
    const ids = rows.map(({ id }) => id)
    await crowd`select ledger.grant_credits(id, ${credits}, null, '{}') from unnest(${ids}::uuid[]) id`
    return ids
  }

  const buy = (buyer: string, handle: string, price: number, key: string | null = null) => crowd`
    select set_config('request.jwt.claim.sub', ${buyer}, true),
      commerce.purchase(${handle}, ${price}, 'USD', ${key}, '\\x00') ->> 'id' as id`

  /** How many succeeded, and the codes of those that did not. */
  async function outcomesOf(attempts: readonly PromiseLike<unknown>[]) {
    const settled = await Promise.allSettled(attempts)
    const refusals = settled.flatMap((one) =>
      one.status === 'rejected' ? [String((one.reason as { detail?: string }).detail)] : [],
    )
    return { succeeded: settled.length - refusals.length, refusals: [...new Set(refusals)] }
  }

  it('two clicks for a wallet that pays for one buy one', async () => {
    for (let round = 0; round < 20; round += 1) {
      const [one, other] = [await shelve(100), await shelve(100)]
      const [buyer = ''] = await buyers(1, 150)
      expect(await outcomesOf([buy(buyer, one, 100), buy(buyer, other, 100)])).toEqual({
        succeeded: 1,
        refusals: ['payment_required'],
      })
    }
  })

  it('two clicks on one package buy it once, with a key of their own each', async () => {
    const handle = await shelve(100)
    for (const buyer of await buyers(20, 1000)) {
      const clicks = [randomUUID(), randomUUID(), randomUUID()].map((key) => buy(buyer, handle, 100, key))
      expect(await outcomesOf(clicks)).toEqual({ succeeded: 1, refusals: ['already_owned'] })
    }
  })

  it('1,000 buyers for 500 seats: 500 orders, 500 payments, not one more', async () => {
    const handle = await shelve(10)
    await database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, 500)`)
    const people = await buyers(1000, 10)
    expect(await outcomesOf(people.map((buyer) => buy(buyer, handle, 10)))).toEqual({
      succeeded: 500,
      refusals: ['sold_out'],
    })
    await crowd`select commerce.count_pending_sales()`
    const [row] = await crowd`
      select (select count(*)::int from commerce.orders o where o.package_id = p.id) as orders, k.sold::int,
        st.sold_count::int, (select sum(balance)::int from ledger.accounts where kind = 'wallet' and owner_id = any(${people}::uuid[]))
          as left
      from catalog.packages p join commerce.stocks k on k.package_id = p.id
      join catalog.package_stats st on st.package_id = p.id where p.handle = ${handle}`
    expect(row).toEqual({ orders: 500, sold: 500, sold_count: 500, left: 5000 })
  })

  /** Of this database alone; a lock of a transaction would not say of which it is, so sessions are asked. */
  const isSomebodyWaiting = async () =>
    (
      await database.admin`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    ).length > 0

  /** Runs `second` while `first` is not committed; it has to wait, and goes on when `first` is. */
  async function during(
    first: (sql: postgres.TransactionSql) => Promise<unknown>,
    second: () => PromiseLike<unknown>,
  ) {
    let rival: Promise<unknown> = Promise.resolve()
    await crowd.begin(async (sql) => {
      await first(sql)
      let isOver = false
      rival = Promise.resolve(second()).finally(() => (isOver = true))
      rival.catch(() => undefined)
      while (!isOver && !(await isSomebodyWaiting()));
    })
    return await outcomesOf([rival])
  }

  it('seats limited while somebody buys count that purchase, and are never sold twice', async () => {
    const handle = await shelve(10)
    const [first = '', second = ''] = await buyers(2, 10)
    const limit = () => database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, 1)`)
    await during(
      (sql) => sql`
        select set_config('request.jwt.claim.sub', ${first}, true),
          commerce.purchase(${handle}, 10, 'USD', null, '\\x00')`,
      limit,
    )
    expect(await outcomesOf([buy(second, handle, 10)])).toEqual({ succeeded: 0, refusals: ['sold_out'] })
    const [row] = await crowd`
      select k.seats::int, k.sold::int from commerce.stocks k join catalog.packages p on p.id = k.package_id
      where p.handle = ${handle}`
    expect(row).toEqual({ seats: 1, sold: 1 })
  })

  it('a payment by card for what is just bought with credits waits for it, and neither is torn down', async () => {
    const handle = await shelve(100)
    const [buyer = ''] = await buyers(1, 1000)
    await crowd
      .begin(async (sql) => {
        await sql`select ledger.top_up(${buyer}, 100, null, '{}', '{}')`
        const rival = outcomesOf([buy(buyer, handle, 100)])
        while (!(await isSomebodyWaiting()));
        await sql`select commerce.place_order(${buyer}, ${handle}, 100, 'USD', ${buyer})`
        return { rival }
      })
      .then(async ({ rival }) => {
        expect(await rival).toEqual({ succeeded: 0, refusals: ['already_owned'] })
      })
  })

  it('a wallet that comes to be while its person buys pays for it', async () => {
    const handle = await shelve(100)
    const buyer = await database.createUser()
    const { rival } = await crowd.begin(async (sql) => {
      // Their right is under way already, so that the purchase waits after it looked for a wallet; then it is called off.
      await sql`
        insert into commerce.entitlements (user_id, package_id, source, order_id, granted_at)
        select ${buyer}, p.id, 'purchase', gen_random_uuid(), now() from catalog.packages p where p.handle = ${handle}`
      const rival = outcomesOf([buy(buyer, handle, 100)])
      while (!(await isSomebodyWaiting()));
      await database.admin`select ledger.grant_credits(${buyer}, 100, null, '{}')`
      await sql`delete from commerce.entitlements where user_id = ${buyer}`
      return { rival }
    })
    expect(await rival).toEqual({ succeeded: 1, refusals: [] })
  })

  it('a refund racing a dispute, and two refunds racing: one of them', async () => {
    const handle = await shelve(100)
    for (const [round, buyer] of (await buyers(30, 100)).entries()) {
      const [order] = await buy(buyer, handle, 100)
      const id = String(order?.id)
      const refund = () => crowd`select commerce.refund_order_by(${id}, 'r', '{}', null)`
      const rival = round % 2 ? refund() : crowd`select commerce.open_order_dispute(${id}, 'd', '{}', null)`
      await outcomesOf([refund(), rival])
      const story = await crowd<{ step: string }[]>`
        select from_status || ' ' || to_status as step from ledger.transitions n join commerce.orders o using (transaction_id)
        where o.id = ${id} order by n.sequence`
      const [state] = await crowd`
        select o.status, ledger.status_of(o.transaction_id) as said,
          (select balance::int from ledger.accounts where kind = 'wallet' and owner_id = ${buyer}) as wallet
        from commerce.orders o where o.id = ${id}`
      // A refund may follow a dispute, never the other way round, and the money comes back once.
      const possible =
        round % 2 ? [['settled refunded']] : [['settled refunded'], ['settled disputed', 'disputed refunded']]
      expect(possible).toContainEqual(story.map(({ step }) => step))
      expect(state).toEqual({ status: 'refunded', said: 'refunded', wallet: 100 })
    }
  })

  it('64 charges against one hold take what is held and not a credit more', async () => {
    const [buyer = ''] = await buyers(1, 1000)
    const [hold] = await crowd`
      select ledger.hold(${buyer}, 500, now() + interval '1 hour', ${randomUUID()}, 'units', null, '{}', null) as id`
    const charges = Array.from(
      { length: 64 },
      () => crowd`
      select ledger.charge_hold(${String(hold?.id)}, 'metering_charge', 10, 1, now(), false, null, '{}', '{}', null)`,
    )
    expect(await outcomesOf(charges)).toEqual({ succeeded: 50, refusals: ['conflict'] })
  })

  it('one key sent 50 times at once is one movement', async () => {
    const user = randomUUID()
    const sent = Array.from(
      { length: 50 },
      () => crowd`select ledger.top_up(${user}, 100, 'one event', '{}', '{}') as id`,
    )
    const ids = new Set((await Promise.all(sent)).map(([row]) => String(row?.id)))
    expect(ids.size).toBe(1)
  })
})
