import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import type { UserActor } from '../kernel/actor.ts'

const refused = (code: string) => expect.objectContaining({ code }) as unknown
const REASON = { code: 'not_working', reason: 'It does not start.' } as const

describe('a dispute', () => {
  let database: TestDatabase
  let market: Market
  let crowd: postgres.Sql
  let verbs: Awaited<ReturnType<typeof importVerbs>>

  async function importVerbs() {
    Object.assign(process.env, {
      DATABASE_URL: database.url,
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'unused',
      SUPABASE_SECRET_KEY: 'unused',
    })
    const [open, get, speak, withdraw, decide, list, tend, add, read, purchase, refund, access, db] =
      await Promise.all([
        import('./open-dispute.ts'),
        import('./get-dispute.ts'),
        import('./speak-in-dispute.ts'),
        import('./withdraw-dispute.ts'),
        import('./decide-dispute.ts'),
        import('./list-disputes.ts'),
        import('./tend-disputes.ts'),
        import('./add-file.ts'),
        import('./read-file.ts'),
        import('../commerce/purchase-package.ts'),
        import('../commerce/refund-purchase.ts'),
        import('../commerce/note-access.ts'),
        import('../platform/db.ts'),
      ])
    return {
      ...{ ...open, ...get, ...speak, ...withdraw, ...decide, ...list, ...tend, ...add, ...read },
      ...{ ...purchase, ...refund, ...access, ...db },
    }
  }

  const person = (userId: string, appRole: UserActor['appRole'] = null): UserActor => ({
    ...{ kind: 'user', userId, appRole },
    ...{ email: `${userId}@souk.test`, displayName: 'Somebody', isStale: false },
  })
  const seller = () => person(market.owner)
  const operator = () => person(market.operator, 'operator')

  /** Somebody who has just bought a package of acme for 100 credits, and has none left. */
  async function bought(): Promise<{ buyer: UserActor; id: string; handle: string }> {
    const handle = `acme/p${randomUUID().slice(0, 8)}`
    await publishAs(database, market.owner, { id: handle })
    await crowd`update catalog.packages set price_amount = 100 where handle = ${handle}`
    const buyer = person(await database.createUser())
    await crowd`select ledger.grant_credits(${buyer.userId}, 100, null, '{}')`
    const expectedPrice = { amount: 100, currency: 'USD' as const }
    const { id } = await verbs.purchasePackage(buyer, { handle, expectedPrice }, null)
    return { buyer, id, handle }
  }

  async function credits({ userId }: UserActor): Promise<number> {
    const [row] = await crowd`select ledger.balance_of('wallet', ${userId}, 'CRD')::int as credits`
    return Number(row?.credits)
  }

  const told = async ({ userId }: UserActor, id: string) =>
    (
      await crowd<{ kind: string }[]>`
        select kind from identity.notifications where user_id = ${userId} and href like ${`%${id}%`} order by created_at, id`
    ).map(({ kind }) => kind)

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
    crowd = postgres(database.adminUrl, { max: 12, onnotice: () => undefined })
    verbs = await importVerbs()
  })
  afterAll(async () => {
    const faults = await crowd`select fault, subject from ledger.verify()`
    const apart = await crowd`
      select d.order_id from commerce.disputes d join commerce.orders o on o.id = d.order_id
      where o.status <> ledger.status_of(o.transaction_id)
        or case when d.closed_at is null then 'disputed' else d.state end <> o.status::text`
    await crowd.end({ timeout: 5 })
    await verbs.closeDatabase()
    await database.drop()
    expect([...faults, ...apart]).toEqual([])
  })

  it('goes from the buyer’s word over the seller’s answer to the operator’s decision, seen and told on both sides', async () => {
    const { buyer, id, handle } = await bought()
    await verbs.noteAccess(buyer, handle, 'download', '1.0.0')
    const opened = await verbs.openDispute(buyer, id, REASON)
    expect(opened).toMatchObject({
      status: 'disputed',
      side: 'buyer',
      dispute: { state: 'awaiting_seller', code: 'not_working' },
      allows: { speak: true, withdraw: true, refund: false, decide: false },
      timeline: [
        { kind: 'opened', by: 'buyer', text: REASON.reason },
        { kind: 'usage', by: 'system', usage: { downloads: 1, launches: 0, items: [{ version: '1.0.0' }] } },
      ],
    })
    const answered = await verbs.speakInDispute(seller(), id, 'It starts here.')
    expect(answered).toMatchObject({ side: 'seller', dispute: { state: 'awaiting_decision' } })
    await verbs.speakInDispute(buyer, id, 'Not here.')
    const decided = await verbs.decideDispute(operator(), id, { outcome: 'refunded', reason: 'It does not.' })
    expect(decided).toMatchObject({ status: 'refunded', dispute: { state: 'refunded', dueAt: null } })
    const seen = await verbs.getDispute(buyer, id)
    expect(seen.timeline.map(({ kind, by }) => `${kind} ${by}`)).toEqual([
      ...['opened buyer', 'usage system', 'answered seller', 'statement buyer', 'refunded operator'],
    ])
    expect((await verbs.getDispute(seller(), id)).timeline).toEqual(seen.timeline)
    expect(await credits(buyer)).toBe(100)
    expect(await told(buyer, id)).toEqual(['dispute.answered', 'dispute.refunded'])
    expect(await told(seller(), id)).toEqual(['dispute.opened', 'dispute.statement', 'dispute.refunded'])
    await expect(verbs.speakInDispute(buyer, id, 'Thanks')).rejects.toEqual(refused('conflict'))
    await expect(verbs.openDispute(buyer, id, REASON)).rejects.toEqual(refused('conflict'))
  })

  it('upheld or withdrawn leaves the money with the seller, for good', async () => {
    const [one, other] = [await bought(), await bought()]
    await verbs.openDispute(one.buyer, one.id, REASON)
    await verbs.decideDispute(operator(), one.id, { outcome: 'upheld', reason: 'Works.' })
    await verbs.openDispute(other.buyer, other.id, REASON)
    await expect(verbs.withdrawDispute(seller(), other.id)).rejects.toEqual(refused('forbidden'))
    const withdrawn = await verbs.withdrawDispute(other.buyer, other.id)
    expect(withdrawn.timeline.at(-1)).toMatchObject({ kind: 'upheld', by: 'buyer' })
    expect([await credits(one.buyer), await credits(other.buyer)]).toEqual([0, 0])
    await expect(verbs.openDispute(other.buyer, other.id, REASON)).rejects.toEqual(refused('conflict'))
    const states = await crowd`
      select g.state from ledger.earnings g join commerce.orders o using (transaction_id)
      where o.id in (${one.id}, ${other.id})`
    expect(states.map(({ state }) => String(state))).toEqual(['payable', 'payable'])
  })

  it('ends with the seller’s own refund', async () => {
    const { buyer, id } = await bought()
    await verbs.openDispute(buyer, id, REASON)
    await verbs.refundPurchase(seller(), id, 'You are right.')
    const ended = await verbs.getDispute(buyer, id)
    expect(ended.timeline.at(-1)).toMatchObject({ kind: 'refunded', by: 'seller', text: 'You are right.' })
    expect([ended.dispute.state, await credits(buyer)]).toEqual(['refunded', 100])
  })

  it('concerns its two sides and operators; to anybody else it does not exist', async () => {
    const { buyer, id } = await bought()
    const stranger = person(market.rival)
    await expect(verbs.openDispute(stranger, id, REASON)).rejects.toEqual(refused('not_found'))
    await expect(verbs.openDispute(seller(), id, REASON)).rejects.toEqual(refused('forbidden'))
    await expect(verbs.getDispute(buyer, id)).rejects.toEqual(refused('not_found'))
    await verbs.openDispute(buyer, id, REASON)
    const verdict = { outcome: 'refunded', reason: 'x' } as const
    for (const attempt of [
      () => verbs.getDispute(stranger, id),
      () => verbs.speakInDispute(stranger, id, 'x'),
      () => verbs.withdrawDispute(stranger, id),
      () => verbs.addFile(stranger, id, { name: 'a.txt', bytes: Buffer.from('a') }),
    ]) {
      await expect(attempt()).rejects.toEqual(refused('not_found'))
    }
    await expect(verbs.decideDispute(stranger, id, verdict)).rejects.toEqual(refused('forbidden'))
    await expect(verbs.decideDispute(buyer, id, verdict)).rejects.toEqual(refused('forbidden'))
    const partial = person(buyer.userId, 'operator')
    await expect(verbs.decideDispute(partial, id, verdict)).rejects.toEqual(refused('forbidden'))
    const mine = async (who: UserActor, scope: 'buyer' | 'seller' | 'operator') =>
      (await verbs.listDisputes(who, scope, { state: 'open', limit: 100 })).items.map((item) => item.id)
    expect(await mine(buyer, 'buyer')).toEqual([id])
    expect(await mine(seller(), 'seller')).toContain(id)
    expect(await mine(operator(), 'operator')).toContain(id)
    expect([await mine(stranger, 'buyer'), await mine(stranger, 'seller')]).toEqual([[], []])
    await expect(mine(stranger, 'operator')).rejects.toEqual(refused('forbidden'))
  })

  it('is refused for what was free, was refunded, or whose window has closed', async () => {
    const free = person(await database.createUser())
    const none = { amount: 0, currency: 'USD' as const }
    const got = await verbs.purchasePackage(free, { handle: 'acme/free', expectedPrice: none }, null)
    await expect(verbs.openDispute(free, got.id, REASON)).rejects.toEqual(refused('conflict'))
    const refunded = await bought()
    await verbs.refundPurchase(seller(), refunded.id, 'x')
    await expect(verbs.openDispute(refunded.buyer, refunded.id, REASON)).rejects.toEqual(refused('conflict'))
    const late = await bought()
    await crowd`update ledger.earnings g set release_at = now() from commerce.orders o
      where o.transaction_id = g.transaction_id and o.id = ${late.id}`
    await expect(verbs.openDispute(late.buyer, late.id, REASON)).rejects.toEqual(refused('conflict'))
    expect(await verbs.findDispute(late.buyer, late.id)).toBeNull()
  })

  it('decides itself for the buyer when the seller, or after the answer the operator, lets the time pass', async () => {
    const [silent, waiting] = [await bought(), await bought()]
    for (const { buyer, id } of [silent, waiting]) await verbs.openDispute(buyer, id, REASON)
    await crowd`update commerce.disputes set due_at = now() where order_id in (${silent.id}, ${waiting.id})`
    // An answer at the last moment still counts: what is waited for from then on is the decision.
    await verbs.speakInDispute(seller(), waiting.id, 'Here.')
    await Promise.all([verbs.tendDisputes(), verbs.tendDisputes(), verbs.tendDisputes()])
    expect((await verbs.getDispute(silent.buyer, silent.id)).timeline.at(-1)).toMatchObject({
      ...{ kind: 'refunded', by: 'system', text: 'The seller did not answer in time.' },
    })
    expect((await verbs.getDispute(waiting.buyer, waiting.id)).dispute.state).toBe('awaiting_decision')
    await crowd`update commerce.disputes set due_at = now() where order_id = ${waiting.id}`
    await verbs.tendDisputes()
    expect((await verbs.getDispute(waiting.buyer, waiting.id)).timeline.at(-1)).toMatchObject({
      ...{ kind: 'refunded', by: 'system', text: 'The marketplace did not decide in time.' },
    })
    expect([await credits(silent.buyer), await credits(waiting.buyer)]).toEqual([100, 100])
  })

  it('keeps its files from everybody else, tells their kind by their bytes, and loses none to the collector', async () => {
    const { buyer, id } = await bought()
    const log = { name: '../../crash "1".log', bytes: Buffer.from('no such file\n') }
    await expect(verbs.addFile(buyer, id, log)).rejects.toEqual(refused('not_found'))
    await verbs.openDispute(buyer, id, REASON)
    const shown = await verbs.addFile(buyer, id, log)
    const file = shown.timeline.at(-1)?.file
    expect(file).toMatchObject({
      ...{ name: 'crash 1.log', mediaType: 'text/plain; charset=utf-8', sizeBytes: 13 },
    })
    const [doomed] = await crowd`select jsonb_array_length(catalog.doom_artefacts(100)) as count`
    expect(doomed?.count).toBe(0)
    expect(await told(seller(), id)).toEqual(['dispute.opened', 'dispute.file'])
    const opened = await verbs.readFile(seller(), id, file?.id ?? '')
    const bytes: Uint8Array[] = []
    for await (const piece of opened.read({ start: 0, end: opened.sizeBytes - 1 })) bytes.push(piece)
    expect(Buffer.concat(bytes).toString()).toBe('no such file\n')
    await expect(verbs.readFile(person(market.rival), id, file?.id ?? '')).rejects.toEqual(
      refused('not_found'),
    )
    const program = { name: 'evidence.png', bytes: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]) }
    await expect(verbs.addFile(buyer, id, program)).rejects.toEqual(refused('validation_failed'))
    await expect(verbs.addFile(buyer, id, { ...program, bytes: Buffer.alloc(3e6, 'a') })).rejects.toEqual(
      refused('validation_failed'),
    )
    const more = Array.from({ length: 8 }, () => verbs.addFile(buyer, id, log))
    const outcomes = await Promise.allSettled(more)
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    // Once, until they have looked.
    expect(await told(seller(), id)).toEqual(['dispute.opened', 'dispute.file'])
    await crowd`update identity.notifications set read_at = now() where user_id = ${market.owner}`
    await verbs.addFile(seller(), id, log)
    expect(await told(buyer, id)).toEqual(['dispute.file'])
    await verbs.addFile(operator(), id, log)
    expect(await told(seller(), id)).toEqual(['dispute.opened', 'dispute.file', 'dispute.file'])
  })

  it('that waits for a decision is told to every operator who is no side of it', async () => {
    const appMetadata = { role: 'operator' }
    const [one, other] = [await database.createUser({ appMetadata }), await database.createUser()]
    await crowd`update auth.users set raw_app_meta_data = '{"role": "operator"}' where id = ${other}`
    const { buyer, id } = await bought()
    await verbs.openDispute(buyer, id, REASON)
    expect(await told(person(one), id)).toEqual([])
    await verbs.speakInDispute(seller(), id, 'It starts here.')
    await verbs.speakInDispute(seller(), id, 'Really.')
    expect([await told(person(one), id), await told(person(other), id)]).toEqual([
      ['dispute.waiting'],
      ['dispute.waiting'],
    ])
    // Their own sale, and somebody who is an operator no more.
    await crowd`update auth.users set raw_app_meta_data = '{}' where id = ${other}`
    await crowd`
      insert into catalog.namespace_members (namespace_id, user_id, role)
      select id, ${one}::uuid, 'maintainer' from catalog.namespaces where name = 'acme'`
    const next = await bought()
    await verbs.openDispute(next.buyer, next.id, REASON)
    await verbs.speakInDispute(seller(), next.id, 'It starts here.')
    expect([await told(person(one), next.id), await told(person(other), next.id)]).toEqual([[], []])
    const seen = database.asUser(one, (sql) => sql`select user_id from identity.operators`)
    await expect(seen).rejects.toMatchObject({ code: '42501' })
  })

  it('is not needed for a refund to be told', async () => {
    const [bySeller, byOperator] = [await bought(), await bought()]
    await verbs.refundPurchase(seller(), bySeller.id, 'Sorry')
    await verbs.refundPurchase(operator(), byOperator.id, 'Broken')
    expect(await told(bySeller.buyer, bySeller.id)).toEqual(['order.refunded'])
    expect(await told(seller(), bySeller.id)).toEqual([])
    expect(await told(byOperator.buyer, byOperator.id)).toEqual(['order.refunded'])
    expect(await told(seller(), byOperator.id)).toEqual(['order.refunded'])
  })

  it('that races a refund, a decision, a withdrawal and its deadline ends once, with the money in one place', async () => {
    for (let round = 0; round < 16; round += 1) {
      const { buyer, id } = await bought()
      if (round % 4 > 0) await verbs.openDispute(buyer, id, REASON)
      await crowd`update commerce.disputes set due_at = now() where order_id = ${id}`
      const attempts = [
        () => verbs.refundPurchase(seller(), id, 'refund'),
        () => verbs.openDispute(buyer, id, REASON),
        () => verbs.decideDispute(operator(), id, { outcome: 'upheld', reason: 'stands' }),
        () => verbs.withdrawDispute(buyer, id),
        () => verbs.tendDisputes(),
        () => verbs.speakInDispute(seller(), id, 'wait'),
      ]
      const first = round % attempts.length
      const order = [...attempts.slice(first), ...attempts.slice(0, first)]
      const outcomes = await Promise.allSettled(order.map((attempt) => attempt()))
      const codes = outcomes.flatMap((one) =>
        one.status === 'rejected' ? [(one.reason as { code: string }).code] : [],
      )
      expect(codes.filter((code) => !['conflict', 'not_found'].includes(code))).toEqual([])
      const [row] = await crowd`
        select o.status, (select count(*)::int from commerce.dispute_events e
            where e.order_id = o.id and e.kind in ('refunded', 'upheld')) as endings,
          (select count(*)::int from commerce.disputes d where d.order_id = o.id) as disputes,
          (select count(*)::int from commerce.entitlements e where e.order_id = o.id) as rights
        from commerce.orders o where o.id = ${id}`
      const isBack = row?.status === 'refunded'
      if (row?.status !== 'disputed') expect(row?.endings).toBe(row?.disputes)
      expect([await credits(buyer), row?.rights]).toEqual(isBack ? [100, 0] : [0, 1])
    }
  })

  it('is answered by owners of the namespace and read by its maintainers', async () => {
    const [maintainer, coOwner] = [person(await database.createUser()), person(await database.createUser())]
    await crowd`
      insert into catalog.namespace_members (namespace_id, user_id, role)
      select id, ${maintainer.userId}::uuid, 'maintainer' from catalog.namespaces where name = 'acme'
      union all select id, ${coOwner.userId}::uuid, 'owner' from catalog.namespaces where name = 'acme'`
    const { buyer, id } = await bought()
    await verbs.openDispute(buyer, id, REASON)
    expect(await verbs.getDispute(maintainer, id)).toMatchObject({ side: 'seller', allows: { speak: false } })
    await expect(verbs.speakInDispute(maintainer, id, 'x')).rejects.toEqual(refused('forbidden'))
    expect((await verbs.speakInDispute(coOwner, id, 'Look.')).dispute.state).toBe('awaiting_decision')
    expect(await told(coOwner, id)).toEqual(['dispute.opened'])
    expect(
      (await verbs.listDisputes(maintainer, 'seller', { limit: 9 })).items.map((item) => item.id),
    ).toEqual(expect.arrayContaining([id]))
  })

  it('keeps what was said', async () => {
    const { buyer, id } = await bought()
    await verbs.openDispute(buyer, id, REASON)
    await expect(crowd`update commerce.dispute_events set body = 'x' where order_id = ${id}`).rejects.toThrow(
      'stays said',
    )
    await expect(crowd`delete from commerce.dispute_events where order_id = ${id}`).rejects.toThrow()
    const [kept] = await crowd`
      select evidence -> 'usage' ->> 'downloads' as downloads from ledger.transitions
      join commerce.orders o using (transaction_id) where o.id = ${id} and to_status = 'disputed'`
    expect(kept?.downloads).toBe('0')
  })
})
