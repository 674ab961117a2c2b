import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

interface Item {
  buyer: string
  handle: string
  amount: number
  currency: string
  key: string | null
  fingerprint: string
}

/** As the batch answers it, and as the single path does once it is told in the same words. */
type Outcome =
  | { order: Record<string, unknown> }
  | { refused: { status: string; code: string; message: string; path: string } }
  | { alone: true }

let database: TestDatabase
let market: Market
let crowd: postgres.Sql
let modules: Awaited<ReturnType<typeof importModules>>

async function importModules() {
  useDatabase(database)
  const [purchase, db] = await Promise.all([import('./purchase-package.ts'), import('../platform/db.ts')])
  return { ...purchase, ...db }
}

beforeAll(async () => {
  database = await createTestDatabase()
  market = await createMarket(database)
  modules = await importModules()
  crowd = postgres(database.adminUrl, { max: 16, onnotice: () => undefined })
  // Until somebody has sold, there are no accounts that sales could share.
  await oneByOne(itemOf(await buyerWith(500), 'acme/paid', 500))
}, 60_000)
afterAll(async () => {
  await modules.closeDatabase()
  const faults = await crowd`select fault, subject from ledger.verify()`
  const unsettled = await crowd`
    select o.id from commerce.orders o left join ledger.earnings g using (transaction_id)
    where o.price_amount > 0 and (g.amount, g.fee) is distinct from (o.price_amount, o.fee_amount) and o.handle not like 'house/%'`
  await crowd.end({ timeout: 5 })
  await database.drop()
  expect([...faults, ...unsettled]).toEqual([])
})

async function shelve(price: number): Promise<string> {
  const handle = `acme/p${randomUUID().slice(0, 8)}`
  await publishAs(database, market.owner, { id: handle })
  await crowd`update catalog.packages set price_amount = ${price} where handle = ${handle}`
  return handle
}

async function buyerWith(credits: number): Promise<string> {
  const id = await database.createUser()
  if (credits > 0) await crowd`select ledger.grant_credits(${id}, ${credits}, null, '{}')`
  return id
}

function itemOf(buyer: string, handle: string, amount: number, key: string | null = null): Item {
  return { buyer, handle, amount, currency: 'USD', key, fingerprint: '\\x00' }
}

const columns = (items: readonly Item[]) =>
  [
    items.map(({ buyer }) => buyer),
    items.map(({ handle }) => handle),
    items.map(({ amount }) => amount),
    items.map(({ currency }) => currency),
    items.map(({ key }) => key),
    items.map(({ fingerprint }) => fingerprint),
  ] as never[]

async function together(items: readonly Item[], sql: postgres.ISql = crowd): Promise<Outcome[]> {
  const rows = await sql.unsafe<{ outcomes: Outcome[] }[]>(
    `select commerce.purchase_together($1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[]::bytea[])
       as outcomes`,
    columns(items),
  )
  return rows[0]?.outcomes ?? []
}

async function oneByOne(item: Item): Promise<Outcome> {
  try {
    const [row] = await crowd<{ order: Record<string, unknown> }[]>`
      select set_config('request.jwt.claim.sub', ${item.buyer}, true), commerce.purchase(${item.handle}, ${item.amount},
        ${item.currency}, ${item.key}, ${item.fingerprint}::text::bytea) as order`
    return { order: row?.order ?? {} }
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || !error.code.startsWith('SK')) throw error
    const { code, detail = '', message, hint = '' } = error
    return { refused: { status: code.slice(2), code: detail, message, path: hint } }
  }
}

/** The batch, and after it what it left alone, in order. */
async function inBatches(items: readonly Item[]): Promise<Outcome[]> {
  const outcomes = await together(items)
  for (const [index, outcome] of outcomes.entries()) {
    const item = items[index]
    if (item && 'alone' in outcome) outcomes[index] = await oneByOne(item)
  }
  return outcomes
}

/** Everything that purchases leave behind for one person, but for ids, times and hashes. */
async function tracesOf(buyer: string) {
  const [row] = await crowd<{ traces: unknown }[]>`
    select jsonb_build_object(
      'wallet', (select jsonb_build_array(a.balance, a.entry_count) from ledger.accounts a
        where a.kind = 'wallet' and a.owner_id = ${buyer}),
      'rights', (select jsonb_agg(jsonb_build_array(e.package_id, e.source, o.handle) order by e.package_id)
        from commerce.entitlements e join commerce.orders o on o.id = e.order_id where e.user_id = ${buyer}),
      'orders', (select jsonb_agg(to_jsonb(o) - '{id,buyer_id,transaction_id,created_at,updated_at}'::text[]
            || jsonb_build_object('kind', t.kind, 'subject', t.subject, 'paid', t.amount, 'by', t.created_by = o.buyer_id,
              'payer', t.payer_id = o.buyer_id, 'provider', t.provider_id, 'evidence', t.evidence,
              'context', t.context = jsonb_build_object('orderId', o.id, 'version', o.version),
              'earned', to_jsonb(g) - '{transaction_id,held_account_id,fee_account_id,release_at}'::text[],
              'window', round(extract(epoch from g.release_at - t.created_at) / 60),
              'legs', (select jsonb_agg(jsonb_build_array(e.leg, a.kind, a.owner_id in (o.buyer_id, o.seller_id), e.amount)
                  order by e.leg)
                from ledger.entries e join ledger.accounts a on a.id = e.account_id where e.transaction_id = t.id),
              'events', (select jsonb_agg(to_jsonb(v) - '{id,order_id,buyer_id,created_at}'::text[])
                from commerce.events v where v.order_id = o.id))
          order by o.package_id)
        from commerce.orders o join ledger.transactions t on t.id = o.transaction_id
        left join ledger.earnings g on g.transaction_id = t.id where o.buyer_id = ${buyer}),
      'keys', (select jsonb_agg(jsonb_build_array(k.key, k.fingerprint, k.status, k.response - '{id,transactionId,createdAt}'::text[])
          order by k.key)
        from commerce.idempotency_keys k where k.user_id = ${buyer})) as traces`
  return row?.traces
}

/** What differs from one purchase of the same thing to the next is left out. */
function told(outcome: Outcome) {
  if (!('order' in outcome)) return outcome
  const { id, transactionId, createdAt, ...rest } = outcome.order
  return { order: rest, has: [typeof id, typeof transactionId, typeof createdAt] }
}

describe('purchases made together', () => {
  it('are all made by one statement, each with its own answer', async () => {
    const [one, other, free] = [await shelve(100), await shelve(5), await shelve(0)]
    const buyers = await Promise.all([100, 200, 300, 0].map(buyerWith))
    const items = [one, one, other, free].map((handle, index) =>
      itemOf(buyers[index] ?? '', handle, [100, 100, 5, 0][index] ?? 0, index === 1 ? null : 'k'),
    )
    const outcomes = await together(items)
    expect(outcomes).toMatchObject(items.map(({ handle }) => ({ order: { handle, status: 'settled' } })))
    const [row] = await crowd`
      select count(distinct t.written_in)::int as transactions, count(*)::int as orders
      from commerce.orders o join ledger.transactions t on t.id = o.transaction_id where o.buyer_id = any(${buyers}::uuid[])`
    expect(row).toEqual({ transactions: 1, orders: 4 })
    expect(await together([items[0] ?? itemOf('', '', 0)])).toEqual([outcomes[0]])
  })

  it('leave out of the ordinary alone and change nothing then', async () => {
    const [limited, plain] = [await shelve(10), await shelve(10)]
    await database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${limited}, 5)`)
    await crowd`update catalog.packages set price_amount = 70 where handle = 'house/base'`
    const [rich, other, broke] = [await buyerWith(1000), await buyerWith(1000), await buyerWith(0)]
    const items = [
      itemOf(rich, limited, 10),
      itemOf(rich, plain, 10),
      itemOf(other, 'house/base', 70),
      itemOf(broke, plain, 10),
    ]
    const before = await Promise.all([rich, other, broke].map(tracesOf))
    expect(await together(items)).toEqual(items.map(() => ({ alone: true })))
    expect(await Promise.all([rich, other, broke].map(tracesOf))).toEqual(before)
    await crowd`update catalog.packages set price_amount = 0 where handle = 'house/base'`
  })

  it('leave alone what somebody else holds, instead of waiting for it', async () => {
    const handle = await shelve(10)
    const [waiting, going] = [await buyerWith(10), await buyerWith(10)]
    await database.admin.begin(async (sql) => {
      await sql`select ledger.lock_account('wallet', ${waiting}, 'CRD')`
      expect(await together([itemOf(waiting, handle, 10), itemOf(going, handle, 10)])).toMatchObject([
        { alone: true },
        { order: {} },
      ])
      await sql`select pg_advisory_xact_lock(hashtextextended(${handle}, 7310))`
      expect(await together([itemOf(waiting, handle, 10, 'k')])).toEqual([{ alone: true }])
      await sql`select commerce.begin_request(${waiting}, 'k', '\\x00')`
      expect(await together([itemOf(waiting, handle, 10, 'k')])).toMatchObject([
        { refused: { code: 'idempotency_in_flight' } },
      ])
    })
  })

  it('come to what they come to one by one, whatever is mixed', async () => {
    const prices = [100, 100, 5, 0]
    const shelf = [...(await Promise.all(prices.map(shelve))), 'house/base', 'acme/withdrawn', 'no/thing']
    const twins = [await shelve(30), await shelve(30)]
    for (const handle of twins) {
      await database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, 3)`)
    }
    // Who sells it all is one person on both sides, and is refused everything.
    await oneByOne(itemOf(market.owner, 'house/base', 0))
    const priceOf = (which: number) => (which === shelf.length ? 30 : (prices[which] ?? 0))
    const item = fc.record({
      buyer: fc.nat(5),
      which: fc.nat(shelf.length),
      isPriceRight: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      key: fc.option(fc.nat(3), { freq: 3 }),
    })
    const batches = fc.array(fc.array(item, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(batches, async (world) => {
        // The same people twice: rich, rich, able to buy one thing, poor, without a wallet, and who sells it all.
        const [left = [], right = []] = await Promise.all(
          [0, 1].map(async () => [
            ...(await Promise.all([1000, 1000, 120, 3, 0].map(buyerWith))),
            market.owner,
          ]),
        )
        await crowd`update commerce.stocks k set seats = k.sold + 3`
        const itemsOf = (side: number, people: readonly string[], batch: (typeof world)[number]) =>
          batch.map(({ buyer, which, isPriceRight, key }): Item => {
            const amount = priceOf(which) + (isPriceRight ? 0 : 1)
            return {
              ...itemOf(
                people[buyer] ?? '',
                shelf[which] ?? twins[side] ?? '',
                amount,
                key === null ? null : `k${key}`,
              ),
              fingerprint: `\\x${Buffer.from(`${which} ${amount}`).toString('hex')}`,
            }
          })
        const sameTwin = (value: unknown) =>
          JSON.parse(JSON.stringify(value).replaceAll(twins[1] ?? '', twins[0] ?? '')) as unknown
        for (const batch of world) {
          const expected: Outcome[] = []
          for (const each of itemsOf(1, right, batch)) expected.push(await oneByOne(each))
          const outcomes = await inBatches(itemsOf(0, left, batch))
          expect(outcomes.map(told)).toEqual(sameTwin(expected.map(told)))
        }
        const ids = await crowd<{ id: string }[]>`
          select id from catalog.packages where handle = any(${twins}::text[]) order by handle = ${twins[1] ?? ''}`
        const sameId = (value: unknown) =>
          JSON.stringify(sameTwin(value)).replaceAll(ids[1]?.id ?? '', ids[0]?.id ?? '')
        for (const [index, person] of left.slice(0, 5).entries()) {
          const [here, there] = [await tracesOf(person), await tracesOf(right[index] ?? '')]
          expect(inOrder(JSON.parse(sameId(here)))).toEqual(inOrder(JSON.parse(sameId(there))))
        }
      }),
      { numRuns: 40, endOnFailure: true },
    )
    const faults = await crowd`select fault, subject from ledger.verify()`
    expect([...faults]).toEqual([])
  }, 120_000)

  it('race single purchases, refunds, top-ups and limits of seats, and every credit is where it should be', async () => {
    const shelf = await Promise.all([100, 100, 50, 0].map(shelve))
    const prices = [100, 100, 50, 0]
    const people = await Promise.all(Array.from({ length: 12 }, () => buyerWith(400)))
    const pick = <T>(from: readonly T[]) => from[Math.floor(Math.random() * from.length)] as T
    const some = () => {
      const which = Math.floor(Math.random() * shelf.length)
      return itemOf(
        pick(people),
        shelf[which] ?? '',
        prices[which] ?? 0,
        Math.random() < 0.5 ? randomUUID() : null,
      )
    }
    const failures: unknown[] = []
    const doing = (work: () => Promise<unknown>) => async () => {
      for (let round = 0; round < 40; round += 1) {
        await work().catch((error: unknown) => {
          if (!(error instanceof postgres.PostgresError && error.code.startsWith('SK'))) failures.push(error)
        })
      }
    }
    const refund = async () => {
      const [order] = await crowd`
        select id from commerce.orders where status = 'settled' and buyer_id = any(${people}::uuid[])
        order by random() limit 1`
      if (order) await crowd`select commerce.refund_order_by(${String(order.id)}, 'r', '{}', null)`
    }
    const limit = async () => {
      const handle = pick(shelf)
      const seats = Math.random() < 0.5 ? 3 : null
      await database.asUser(market.owner, (sql) => sql`select commerce.set_stock(${handle}, ${seats})`)
    }
    await Promise.all([
      ...Array.from(
        { length: 5 },
        doing(() => inBatches(Array.from({ length: 8 }, some))),
      ),
      ...Array.from(
        { length: 4 },
        doing(() => oneByOne(some())),
      ),
      ...Array.from({ length: 3 }, doing(refund)),
      doing(limit)(),
      doing(() => crowd`select ledger.top_up(${pick(people)}, 10, null, '{}', '{}')`)(),
    ])
    expect(failures).toEqual([])
    const [wrong] = await crowd`
      select count(*)::int as people from unnest(${people}::uuid[]) person
      where ledger.balance_of('wallet', person, 'CRD') <> 400
        + (select coalesce(sum(t.amount), 0) from ledger.transactions t where t.kind = 'top_up' and t.payer_id = person)
        - (select coalesce(sum(o.price_amount), 0) from commerce.orders o where o.buyer_id = person and o.status = 'settled')
        or (select count(*) from commerce.entitlements e where e.user_id = person)
          <> (select count(*) from commerce.orders o where o.buyer_id = person and o.status = 'settled')`
    expect(wrong).toEqual({ people: 0 })
    const [over] = await crowd`
      select count(*)::int as packages from commerce.stocks k where k.sold <> (
        select count(*) from commerce.entitlements e where e.package_id = k.package_id and e.order_id is not null)
        and k.package_id in (select p.id from catalog.packages p where p.handle = any(${shelf}::text[]))`
    expect(over).toEqual({ packages: 0 })
  }, 60_000)

  it('are for the service alone', async () => {
    const handle = await shelve(0)
    const buyer = await buyerWith(0)
    const attempt = (sql: postgres.ISql) => together([itemOf(buyer, handle, 0)], sql)
    await expect(database.asAnon(attempt)).rejects.toMatchObject({ code: '42501' })
    await expect(database.asUser(buyer, attempt)).rejects.toMatchObject({ code: '42501' })
    expect(await database.asService(attempt)).toMatchObject([{ order: { handle } }])
  })
})

/** Lists in an order of their own: what stands first by an id differs between twins. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inOrder).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inOrder(each)]))
}

describe('buying while others buy', () => {
  const buy = (buyer: string, handle: string, amount: number, key: string | null = null) =>
    modules.purchasePackage(userActor(buyer), { handle, expectedPrice: { amount, currency: 'USD' } }, key)

  const statementsOf = async (handle: string) => {
    const [row] = await crowd<{ count: number }[]>`
      select count(distinct t.written_in)::int as count from ledger.transactions t where t.subject = ${handle}`
    return row?.count
  }

  it('shares statements with them, and each gets their own order or refusal', async () => {
    const handle = await shelve(100)
    const people = await Promise.all(
      Array.from({ length: 20 }, (_, index) => buyerWith(index < 18 ? 100 : 99)),
    )
    const ends = await Promise.allSettled(people.map((buyer) => buy(buyer, handle, 100, 'k')))
    for (const [index, end] of ends.entries()) {
      if (index < 18) expect(end).toMatchObject({ status: 'fulfilled', value: { handle, status: 'settled' } })
      else
        expect(end).toMatchObject({ status: 'rejected', reason: { code: 'payment_required', status: 402 } })
    }
    expect(await statementsOf(handle)).toBeLessThan(10)
    const again = await Promise.all(people.slice(0, 18).map((buyer) => buy(buyer, handle, 100, 'k')))
    expect(again).toEqual(ends.slice(0, 18).map((end) => (end.status === 'fulfilled' ? end.value : null)))
  })

  it('looks up rows by their keys and compiles nothing, whatever the planner thinks, as does a single purchase', async () => {
    const functions = await database.admin<{ name: string; settings: string[] }[]>`
      select p.oid::regproc::text as name, p.proconfig as settings from pg_proc p
      where p.oid::regproc::text in ('commerce.purchase', 'commerce.purchase_together') order by 1`
    expect(functions.map(({ name }) => name)).toEqual(['commerce.purchase', 'commerce.purchase_together'])
    for (const { settings } of functions)
      expect(settings).toEqual(expect.arrayContaining(['enable_seqscan=off', 'jit=off']))
  })

  it('goes on one by one when the statement that they share is undone', async () => {
    const handle = await shelve(100)
    const people = await Promise.all(Array.from({ length: 8 }, () => buyerWith(100)))
    const right = sqlOfRight()
    await database.admin.unsafe(`revoke execute on function ${right} from service_role`)
    try {
      const orders = await Promise.all(people.map((buyer) => buy(buyer, handle, 100)))
      expect(orders).toHaveLength(8)
    } finally {
      await database.admin.unsafe(`grant execute on function ${right} to service_role`)
    }
    expect(await statementsOf(handle)).toBe(8)
  })

  it('is told that it may have happened when the connection is lost, and nothing happens twice', async () => {
    const handle = await shelve(0)
    const people = await Promise.all(Array.from({ length: 8 }, () => buyerWith(0)))
    const last = people.at(-1) ?? ''
    await database.admin
      .begin(async (sql) => {
        // What the last of them asks for is under way elsewhere: their statement waits for how that ends.
        await sql`
        insert into commerce.entitlements (user_id, package_id, source, order_id, granted_at)
        select ${last}, p.id, 'free', gen_random_uuid(), now() from catalog.packages p where p.handle = ${handle}`
        const ends = Promise.allSettled(people.map((buyer) => buy(buyer, handle, 0)))
        let ended = 0
        while (ended === 0) {
          const rows = await crowd`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'souk-together' and wait_event_type = 'Lock'`
          ended = rows.length
        }
        const codes = (await ends).map((end) =>
          end.status === 'rejected' ? (end.reason as { code: string }).code : 'ok',
        )
        expect(codes.at(-1)).toBe('unavailable')
        const [row] = await crowd<{ count: number }[]>`
        select count(*)::int as count from commerce.orders where handle = ${handle}`
        expect(row?.count).toBe(codes.filter((code) => code === 'ok').length)
        throw new Error('called off')
      })
      .catch((error: Error) => expect(error.message).toBe('called off'))
    expect(await buy(last, handle, 0)).toMatchObject({ handle })
  })
})

function sqlOfRight(): string {
  return 'commerce.purchase_together(uuid[], text[], bigint[], text[], text[], bytea[])'
}
