import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'

/** Each movement by itself: what it moves, what it refuses, and that it is exactly once. */
describe('the movements of money', () => {
  let database: TestDatabase
  let buyer: string
  let store: string

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    buyer = randomUUID()
    store = randomUUID()
    await database.admin`select ledger.grant_credits(${buyer}, 1000, null, '{}')`
  })

  const balance = async (kind: string, owner: string | null = null, currency = 'CRD') => {
    const [row] = await database.admin<{ balance: string }[]>`
      select ledger.balance_of(${kind}::ledger.account_kind, ${owner}, ${currency}::ledger.currency) as balance`
    return Number(row?.balance)
  }
  const balances = async () => ({
    wallet: await balance('wallet', buyer),
    walletHeld: await balance('wallet_held', buyer),
    held: await balance('seller_held', store),
    payable: await balance('seller_payable', store),
    disputed: await balance('seller_disputed', store),
  })
  const call = async (expression: string, ...values: (string | number | boolean | null)[]) => {
    const rows = await database.admin.unsafe<{ id: string }[]>(`select ledger.${expression} as id`, values)
    return rows[0]?.id ?? ''
  }
  const buy = (price: number, { fee = Math.floor(price / 10), releaseAt = 'now' } = {}) =>
    call(
      "purchase($1, $2, 'acme/tool', $3, $4, $5::text::timestamptz, '{}', $1)",
      ...[buyer, store, price, fee, releaseAt],
    )
  const status = (id: string) => call('status_of($1)', id)
  const refusal = (status: string, code: string) => ({ code: `SK${status}`, detail: code })

  it('a sale takes the price, holds the seller’s share and keeps the fee', async () => {
    const revenue = await balance('platform_revenue')
    const sale = await buy(500)
    expect(await balances()).toMatchObject({ wallet: 500, held: 450, payable: 0 })
    expect((await balance('platform_revenue')) - revenue).toBe(50)
    expect(await status(sale)).toBe('settled')
    await call('release_earnings()')
    expect(await balances()).toMatchObject({ held: 0, payable: 450 })
  })

  it('a wallet that cannot pay is told so, and a free package moves nothing', async () => {
    await expect(buy(1001)).rejects.toMatchObject(refusal('402', 'payment_required'))
    const free = await buy(0)
    expect(await balances()).toMatchObject({ wallet: 1000, held: 0 })
    expect(await status(free)).toBe('settled')
  })

  it('a refund gives the whole price back, wherever the seller’s share stands', async () => {
    const held = await buy(100, { releaseAt: '2100-01-01' })
    await call("refund($1, null, 'held', '{}', null)", held)
    expect(await balances()).toMatchObject({ wallet: 1000, held: 0 })

    const payable = await buy(100)
    await call('release_earnings()')
    await call("refund($1, null, 'payable', '{}', null)", payable)
    expect(await balances()).toMatchObject({ wallet: 1000, held: 0, payable: 0 })

    const paidOut = await buy(100)
    await call('release_earnings()')
    const payout = await call('reserve_payout($1, 1, null)', store)
    await call("finish_payout($1, 'paid', '', '{}')", payout)
    await call("refund($1, null, 'paid out', '{}', null)", paidOut)
    expect(await balances()).toMatchObject({ wallet: 1000, payable: -90 })
    expect(await status(paidOut)).toBe('refunded')
    await expect(call("refund($1, null, 'twice', '{}', null)", paidOut)).rejects.toMatchObject(
      refusal('409', 'conflict'),
    )
  })

  it('a dispute keeps the share from release and payout until it is decided', async () => {
    const [upheld, refunded] = [await buy(100), await buy(200)]
    for (const sale of [upheld, refunded]) await call("open_dispute($1, null, 'broken', '{}', null)", sale)
    await call('release_earnings()')
    expect(await balances()).toMatchObject({ wallet: 700, held: 0, payable: 0, disputed: 270 })
    await call("resolve_dispute($1, 'upheld', null, 'it works', '{}', null)", upheld)
    await call("resolve_dispute($1, 'refunded', null, 'it is broken', '{}', null)", refunded)
    expect(await balances()).toMatchObject({ wallet: 900, payable: 90, disputed: 0 })
    expect([await status(upheld), await status(refunded)]).toEqual(['upheld', 'refunded'])
    for (const sale of [upheld, refunded]) {
      await expect(call("open_dispute($1, null, '', '{}', null)", sale)).rejects.toMatchObject(
        refusal('409', 'conflict'),
      )
    }
    const story = await database.admin`
      select from_status, to_status, reason from ledger.transitions where transaction_id = ${refunded} order by sequence`
    expect([...story]).toEqual([
      { from_status: 'settled', to_status: 'disputed', reason: 'broken' },
      { from_status: 'disputed', to_status: 'refunded', reason: 'it is broken' },
    ])
  })

  it('a hold is captured, voided or expires, and what is not taken comes back', async () => {
    const hold = (credits: number, expiresAt = '2100-01-01') =>
      call(
        "hold($1, $2, $3::text::timestamptz, $4, 'units', null, '{}', null)",
        ...[buyer, credits, expiresAt, store],
      )
    const captured = await hold(300)
    expect(await balances()).toMatchObject({ wallet: 700, walletHeld: 300 })
    await expect(hold(701)).rejects.toMatchObject(refusal('402', 'payment_required'))
    const charge = (id: string, kind: string, credits: number) =>
      call(
        "charge_hold($1, $2::ledger.transaction_kind, $3, 10, 'now', $4, null, '{}', '{}', null)",
        ...[id, kind, credits, kind === 'capture'],
      )
    await charge(captured, 'metering_charge', 100)
    await expect(charge(captured, 'metering_charge', 201)).rejects.toMatchObject(refusal('409', 'conflict'))
    await charge(captured, 'capture', 50)
    expect(await balances()).toMatchObject({ wallet: 850, walletHeld: 0, held: 130 })
    expect(await status(captured)).toBe('settled')
    await expect(charge(captured, 'capture', 1)).rejects.toMatchObject(refusal('409', 'conflict'))

    const voided = await hold(100)
    await call("close_hold($1, 'voided', 'not needed', null)", voided)
    expect([await status(voided), (await balances()).wallet]).toEqual(['voided', 850])

    const [expired] = await database.admin.begin(async (sql) => {
      const rows = await sql`
        select ledger.hold(${buyer}, 100, now() + interval '1 microsecond', null, 'units', null, '{}', null) as id`
      return rows
    })
    await call('expire_holds()')
    expect(await status(String(expired?.id))).toBe('expired')
    expect(await balances()).toMatchObject({ wallet: 850, walletHeld: 0 })
  })

  it('a top-up settles debts first, and a lost chargeback leaves one', async () => {
    const topUp = await call("top_up($1, 500, 'evt_1', '{}', '{}')", buyer)
    expect(await call("top_up($1, 500, 'evt_1', '{}', '{}')", buyer)).toBe(topUp)
    expect((await balances()).wallet).toBe(1500)
    await buy(1400)
    await call("open_dispute($1, 'du_1', 'chargeback', '{}', null)", topUp)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([0, -400])
    await call("resolve_dispute($1, 'refunded', 'du_1_lost', 'lost', '{}', null)", topUp)
    expect(await balance('topup_disputed', buyer)).toBe(0)
    await call("top_up($1, 600, 'evt_2', '{}', '{}')", buyer)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([200, 0])
  })

  it('a won chargeback is as if it had not been, and partial card refunds add up', async () => {
    const topUp = await call("top_up($1, 500, null, '{}', '{}')", buyer)
    await buy(1400)
    await call("open_dispute($1, null, '', '{}', null)", topUp)
    await call("resolve_dispute($1, 'upheld', null, '', '{}', null)", topUp)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([100, 0])

    const second = await call("top_up($1, 300, null, '{}', '{}')", buyer)
    await call("reverse_top_up($1, 100, 're_1', '', '{}')", second)
    expect([await status(second), await balance('wallet', buyer)]).toEqual(['settled', 300])
    await expect(call("reverse_top_up($1, 201, 're_2', '', '{}')", second)).rejects.toMatchObject(
      refusal('409', 'conflict'),
    )
    await call("reverse_top_up($1, 200, 're_3', '', '{}')", second)
    expect([await status(second), await balance('wallet', buyer)]).toEqual(['refunded', 100])
  })

  it('a chargeback that is won after its debt was paid gives everything back', async () => {
    const topUp = await call("top_up($1, 1000, null, '{}', '{}')", buyer)
    await buy(1400)
    await call("open_dispute($1, null, '', '{}', null)", topUp)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([0, -400])
    await call("top_up($1, 500, null, '{}', '{}')", buyer)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([100, 0])
    await call("resolve_dispute($1, 'upheld', null, '', '{}', null)", topUp)
    expect([await balance('wallet', buyer), await balance('receivable', buyer)]).toEqual([1100, 0])
    expect(await balance('topup_disputed', buyer)).toBe(0)
  })

  it('whatever comes into a wallet pays what its person owes first', async () => {
    const hold = () =>
      call("hold($1, 200, now() + interval '1 hour', $2, 'units', null, '{}', null)", buyer, store)
    const [closed, captured, expired] = [await hold(), await hold(), await hold()]
    const sale = await buy(400)
    const topUp = await call("top_up($1, 900, null, '{}', '{}')", buyer)
    await buy(900)
    await call("reverse_top_up($1, 900, null, '', '{}')", topUp)
    const owed = async () => [await balance('wallet', buyer), await balance('receivable', buyer)]
    expect(await owed()).toEqual([0, -900])
    await call("close_hold($1, 'voided', '', null)", closed)
    expect(await owed()).toEqual([0, -700])
    await call("charge_hold($1, 'capture', 50, 5, now(), true, null, '{}', '{}', null)", captured)
    expect(await owed()).toEqual([0, -550])
    await database.admin`update ledger.holds set expires_at = now() where transaction_id = ${expired}`
    await call('expire_holds()')
    expect(await owed()).toEqual([0, -350])
    await call("grant_credits($1, 100, null, '{}')", buyer)
    expect(await owed()).toEqual([0, -250])
    await call("refund($1, null, '', '{}', null)", sale)
    expect(await owed()).toEqual([150, 0])
  })

  it('a payout takes all that is payable and is explained line by line', async () => {
    await buy(100)
    await buy(200)
    await call('release_earnings()')
    expect(await call('reserve_payout($1, 1000, null)', store)).toBe('')
    const failed = await call('reserve_payout($1, 270, null)', store)
    await call("finish_payout($1, 'failed', 'account closed', '{}')", failed)
    await buy(300)
    await call('release_earnings()')
    const paid = await call('reserve_payout($1, 270, null)', store)
    await call("finish_payout($1, 'paid', '', '{}')", paid)
    expect(await call("finish_payout($1, 'paid', '', '{}')", paid)).not.toBe('')
    await expect(call("finish_payout($1, 'failed', '', '{}')", paid)).rejects.toMatchObject(
      refusal('409', 'conflict'),
    )
    expect([await status(failed), await status(paid)]).toEqual(['voided', 'settled'])
    const payouts = await database.admin`
      select p.amount::int, (
        select jsonb_agg(e.amount order by e.sequence) from ledger.entries e join ledger.accounts a on a.id = e.account_id
        where a.kind = 'seller_payable' and a.owner_id = p.store_id
          and e.sequence > p.after_sequence and e.sequence <= p.through_sequence) as lines
      from ledger.payouts p where p.store_id = ${store} order by p.created_at`
    expect([...payouts]).toEqual([
      { amount: 270, lines: expect.arrayContaining([90, 180]) as unknown },
      { amount: 540, lines: [270, 270] },
    ])
  })

  it('tells the balance at any past time', async () => {
    const times: { at: string; wallet: number }[] = []
    const note = async () => {
      const [row] = await database.admin<{ at: string }[]>`select clock_timestamp()::text as at`
      times.push({ at: row?.at ?? '', wallet: await balance('wallet', buyer) })
    }
    await note()
    for (const price of [10, 20, 30, 40, 50]) {
      await buy(price)
      await note()
    }
    for (const { at, wallet } of times) {
      const [row] = await database.admin`
        select ledger.balance_of('wallet', ${buyer}, 'CRD', ${at}::text::timestamptz)::int as then`
      expect(row?.then).toBe(wallet)
    }
    expect(await call("balance_of('wallet', $1, 'CRD', '2000-01-01')", buyer)).toBe('0')
  })
})
