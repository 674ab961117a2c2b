import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { projectRoot } from '../../scripts/stack/settings.ts'

const run = promisify(execFile)

/** Somebody with every right over the database switches the triggers off, alters a row, and switches them on again. */
describe('the ledger after somebody tampered with it', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    const { admin } = database
    const [buyer, store] = [randomUUID(), randomUUID()]
    await admin`select ledger.top_up(${buyer}, 5000, null, '{}', '{"card": "4242"}')`
    for (let sale = 0; sale < 5; sale += 1) {
      await admin`select ledger.purchase(${buyer}, ${store}, 'acme/tool', 100, 10, now(), '{}', ${buyer})`
    }
    await admin`select ledger.refund(id, null, 'x', '{}', null) from ledger.transactions where kind = 'purchase' limit 1`
    await admin`
      with sold as (select gen_random_uuid() as id, p.price from (values (100), (0), (0)) p (price)),
        paid as (select s.*, ledger.purchase(${buyer}, null, 'house/base', s.price, s.price, now(),
          jsonb_build_object('orderId', s.id), ${buyer}) as transaction_id from sold s)
      insert into commerce.orders select p.id, ${buyer}, gen_random_uuid(), gen_random_uuid(), 'house/base', '1.0.0',
        p.price, 'USD', p.price, 'settled', p.transaction_id, now(), now() from paid p`
    await admin`select commerce.refund_order_by(id, 'x', '{}', null) from commerce.orders where price_amount = 100`
    await admin`select commerce.open_order_dispute((select id from commerce.orders where price_amount = 0 limit 1), 'x', '{}', null)`
    await admin`select ledger.open_dispute(id, null, 'x', '{}', null) from ledger.transactions where subject = 'acme/tool'
      and kind = 'purchase' and ledger.status_of(id) = 'settled' limit 1`
    const [hold] = await admin`
      select ledger.hold(${buyer}, 50, now() + interval '1 hour', ${store}, 'units', null, '{}', null) as id`
    await admin`select ledger.close_hold(${String(hold?.id)}, 'voided', 'x', null)`
    const [topUp] = await admin`select ledger.top_up(${buyer}, 700, null, '{}', '{}') as id`
    await admin`select ledger.reverse_top_up(${String(topUp?.id)}, 700, null, 'x', '{}')`
  })
  afterAll(() => database.drop())

  class Undo extends Error {}

  /** The faults that verification names after the change, which is then undone. */
  async function faultsAfter(change: string): Promise<string[]> {
    const faults: string[] = []
    await database.admin
      .begin(async (sql) => {
        await sql.unsafe("set local session_replication_role = 'replica'")
        const { count } = await sql.unsafe(change)
        expect(count, change).toBeGreaterThan(0)
        const rows = await sql<{ fault: string }[]>`select fault from ledger.verify()`
        faults.push(...rows.map(({ fault }) => fault))
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
    return faults
  }

  it('is sound before', async () => {
    expect([...(await database.admin`select fault from ledger.verify()`)]).toEqual([])
  })

  const anEntry = '(select min(ctid) from ledger.entries where amount = -100)'
  const aSale = "(select min(id::text)::uuid from ledger.transactions where kind = 'purchase')"
  it.each([
    ['an amount', `update ledger.entries set amount = amount + 1 where ctid = ${anEntry}`],
    ['a balance', `update ledger.entries set balance_after = 7 where ctid = ${anEntry}`],
    [
      'a time',
      `update ledger.entries set created_at = created_at - interval '1 day' where ctid = ${anEntry}`,
    ],
    ['a currency', `update ledger.entries set currency = 'USD' where ctid = ${anEntry}`],
    ['which account', `update ledger.entries set account_id = account_id + 1000 where ctid = ${anEntry}`],
    ['a hash', `update ledger.entries set hash = sha256('x') where ctid = ${anEntry}`],
    ['an entry gone', `delete from ledger.entries where ctid = ${anEntry}`],
    [
      'the newest entry gone',
      'delete from ledger.entries where (account_id, sequence) in (select id, entry_count from ledger.accounts)',
    ],
    [
      'both legs, so that they still sum to zero',
      `update ledger.entries set amount = amount * 2 where transaction_id = ${aSale}`,
    ],
    ['who paid', `update ledger.transactions set payer_id = gen_random_uuid() where id = ${aSale}`],
    ['the evidence', `update ledger.transactions set evidence = '{"card": "1111"}' where kind = 'top_up'`],
    ['the context', `update ledger.transactions set context = '{"a": 1}' where id = ${aSale}`],
    ['a status', `update ledger.transactions set initial_status = 'pending' where id = ${aSale}`],
    [
      'a step of a status',
      "update ledger.transitions set from_status = 'disputed' where from_status = 'settled' and to_status = 'refunded'",
    ],
    ['a reason', "update ledger.transitions set reason = 'another'"],
    ['an account’s balance', "update ledger.accounts set balance = balance + 1 where kind = 'wallet'"],
    [
      'a refund of a house sale that never was, so that it can be refunded again',
      'delete from ledger.transitions where transaction_id in (select transaction_id from commerce.orders where price_amount = 100)',
    ],
    [
      'the end of a hold, a dispute, a top-up',
      "delete from ledger.transitions where to_status in ('voided', 'disputed', 'refunded')",
    ],
    [
      'a sale that moved nothing',
      "delete from ledger.transactions where amount = 0 and kind = 'purchase' and id = (select transaction_id from commerce.orders where status = 'settled')",
    ],
    [
      'an order that says otherwise',
      "update commerce.orders set status = 'upheld' where price_amount = 0 and status = 'settled'",
    ],
    ['an order gone', "delete from commerce.orders where price_amount = 0 and status = 'settled'"],
    ['a hold open again', 'update ledger.holds set is_open = true'],
    ['how low an account may go', "update ledger.accounts set minimum = null where kind = 'wallet'"],
    ['a state of an earning', "update ledger.earnings set state = 'payable' where state = 'held'"],
  ])('shows %s', async (_what, change) => {
    expect(await faultsAfter(change)).not.toEqual([])
  })

  it('refuses each of it while its triggers stand, to the superuser as well', async () => {
    for (const change of [
      'update ledger.entries set amount = 1',
      'delete from ledger.entries',
      'truncate ledger.entries',
      "update ledger.transactions set subject = 'x'",
      'delete from ledger.transactions',
      'truncate ledger.transactions cascade',
      "update ledger.transitions set reason = 'x'",
      'delete from ledger.transitions',
      'delete from ledger.accounts',
    ]) {
      await expect(database.admin.unsafe(change), change).rejects.toMatchObject({ code: 'SK409' })
    }
  })

  it('lets nobody add a leg to an old transaction, nor write one that does not sum to zero', async () => {
    const late = `insert into ledger.entries (transaction_id, leg, account_id, sequence, amount, currency, balance_after,
        created_at, hash)
      select transaction_id, 9, account_id, sequence + 1000, 1, currency, balance_after, now(), hash
      from ledger.entries limit 1`
    await expect(database.admin.unsafe(late)).rejects.toMatchObject({ code: '23514' })
    const unbalanced = `select ledger.post_transaction('grant', 'settled', null, null, 'x', 1, 'CRD',
      array[(select min(id) from ledger.accounts where kind = 'wallet')], array[1::bigint])`
    await expect(database.admin.unsafe(unbalanced)).rejects.toThrow(/does not sum to zero/)
    // Legs that add up to nothing only with those of another transaction, or of another currency.
    const posted = (count: number) => `with posted as (
        insert into ledger.transactions (id, kind, initial_status, subject, amount, currency, context, evidence, created_at, hash)
        select gen_random_uuid(), kind, initial_status, subject, amount, currency, context, evidence, now(), hash
        from ledger.transactions limit ${count} returning id)
      insert into ledger.entries (transaction_id, leg, account_id, sequence, amount, currency, balance_after, created_at, hash)`
    const last = '(select * from ledger.entries order by sequence desc limit 1)'
    const acrossTransactions = `${posted(2)}
      select p.id, 1, e.account_id, e.sequence + p.n, 3 - 2 * p.n, e.currency, e.balance_after, now(), e.hash
      from (select id, row_number() over () as n from posted) p cross join ${last} e`
    const acrossCurrencies = `${posted(1)}
      select p.id, l.leg, e.account_id, e.sequence + l.leg, l.amount, l.currency::ledger.currency, e.balance_after, now(), e.hash
      from posted p cross join ${last} e cross join (values (1, 1, 'CRD'), (2, -1, 'USD')) l (leg, amount, currency)`
    for (const crooked of [acrossTransactions, acrossCurrencies])
      await expect(database.admin.unsafe(crooked), crooked).rejects.toThrow(/does not sum to zero/)
    const overdrawn = `select ledger.post_transaction('grant', 'settled', null, null, 'x', 1, 'CRD',
      array[(select min(id) from ledger.accounts where kind = 'wallet'),
        (select min(id) from ledger.accounts where kind = 'platform_revenue')], array[-100000::bigint, 100000])`
    await expect(database.admin.unsafe(overdrawn)).rejects.toThrow(/accounts_never_below_zero/)
  })

  it('names who paid more than they owed, and gives it back with the next payment', async () => {
    const payer = randomUUID()
    await database.admin`
      select ledger.post_transaction('grant', 'settled', ${payer}, null, 'x', 40, 'CRD',
        array[ledger.lock_account('receivable', ${payer}, 'CRD'), ledger.lock_account('promotion', null, 'CRD')],
        array[40::bigint, -40])`
    expect([...(await database.admin`select fault, subject from ledger.verify()`)]).toEqual([
      { fault: 'somebody paid more than they owed', subject: payer },
    ])
    await database.admin`select ledger.grant_credits(${payer}, 10, null, '{}')`
    expect([...(await database.admin`select fault from ledger.verify()`)]).toEqual([])
    const [wallet] = await database.admin`select ledger.balance_of('wallet', ${payer}, 'CRD')::int as balance`
    expect(wallet?.balance).toBe(50)
  })

  it.each([
    ['status change', 'delete from ledger.transitions'],
    [
      'sale that moved nothing, with its order',
      'with gone as (delete from commerce.orders where price_amount = 0 returning transaction_id) delete from ledger.transactions where id in (select transaction_id from gone)',
    ],
  ])('has another fingerprint without a %s', async (_what, change) => {
    const fingerprint = async (sql: postgres.Sql | postgres.TransactionSql) =>
      String((await sql`select ledger.fingerprint() as digest`)[0]?.digest)
    const before = await fingerprint(database.admin)
    expect(before).toMatch(/^[0-9a-f]{64}$/)
    await database.admin
      .begin(async (sql) => {
        await sql.unsafe("set local session_replication_role = 'replica'")
        expect((await sql.unsafe(change)).count).toBeGreaterThan(0)
        expect(await fingerprint(sql)).not.toBe(before)
        throw new Undo()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error
      })
  })

  it('fails npm run ledger:verify, which also knows a fingerprint again', async () => {
    const env = { ...process.env, DATABASE_URL: database.url }
    const verify = (...args: string[]) =>
      run('node', ['--conditions=react-server', 'scripts/ledger-verify.ts', ...args], {
        cwd: projectRoot,
        env,
      })
    const { stdout } = await verify()
    expect(stdout).toContain('Nothing was altered.')
    const [, fingerprint = ''] = /fingerprint (\w+)/.exec(stdout) ?? []
    await verify('--expect', fingerprint)
    await database.admin`
      select ledger.grant_credits(${randomUUID()}, 5, null, '{}')`
    await expect(verify('--expect', fingerprint)).rejects.toMatchObject({ code: 1 })
    await database.admin.unsafe(`set session_replication_role = 'replica';
      update ledger.entries set amount = amount + 1 where ctid = ${anEntry}; set session_replication_role = 'origin'`)
    await expect(verify()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('entry was altered') as unknown,
    })
  })
})
