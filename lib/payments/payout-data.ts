/** All database access of payouts: the sellers' accounts at Stripe and what is on its way to them. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor, asService, selectValue } from '#lib/platform/db'
import type { Payout, PayoutDetail } from './schemas.ts'

export interface SellerAccount {
  storeId: string
  storeSlug: string
  accountId: string | null
  canReceive: boolean
  requirements: string[]
}

/** The caller's store and its account at Stripe; `null` without a store. */
export async function selectOwnAccount(actor: SignedInActor): Promise<SellerAccount | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<SellerAccount>`
      select s.id as "storeId", s.slug as "storeSlug", a.account_id as "accountId",
        coalesce(a.can_receive, false) as "canReceive", coalesce(a.requirements, '{}') as requirements
      from catalog.stores s left join payments.seller_accounts a on a.store_id = s.id
      where s.owner_id = ${actor.userId}::uuid`.execute(db)
    return result.rows[0] ?? null
  })
}

export async function selectStoreOfAccount(accountId: string): Promise<string | null> {
  return await asService(async (db) => {
    const result = await sql<{ storeId: string }>`
      select a.store_id as "storeId" from payments.seller_accounts a where a.account_id = ${accountId}`.execute(
      db,
    )
    return result.rows[0]?.storeId ?? null
  })
}

export async function rememberAccount(
  storeId: string,
  accountId: string,
  canReceive: boolean,
  requirements: readonly string[],
): Promise<void> {
  await asService((db) =>
    sql`select payments.remember_account(${storeId}, ${accountId}, ${canReceive},
      array(select jsonb_array_elements_text(${JSON.stringify(requirements)}::text::jsonb)))`.execute(db),
  )
}

/** Puts on its way what is owed to every store that can be paid, once a day each. */
export async function reservePayouts(minimum: number, day: string): Promise<void> {
  await asService((db) =>
    sql`select ledger.reserve_payout(s.store_id, ${minimum}, 'payout:' || s.store_id || ':' || ${day}::text)
      from payments.payable_stores(${minimum}) s`.execute(db),
  )
}

export interface ReservedPayout {
  id: string
  amount: number
  accountId: string
  /** Seconds since it was reserved. */
  age: number
}

export async function selectReservedPayouts(): Promise<ReservedPayout[]> {
  return await asService(async (db) => {
    const result = await sql<ReservedPayout>`
      select p.transaction_id as id, p.amount, a.account_id as "accountId",
        extract(epoch from now() - p.created_at)::float8 as age
      from ledger.payouts p join payments.seller_accounts a on a.store_id = p.store_id
      where p.state = 'reserved' order by p.created_at`.execute(db)
    return result.rows
  })
}

export async function finishPayout(
  id: string,
  outcome: 'paid' | 'failed',
  reason: string,
  evidence: Record<string, string>,
): Promise<void> {
  await asService((db) =>
    sql`select ledger.finish_payout(${id}, ${outcome}, ${reason}, ${JSON.stringify(evidence)}::text::jsonb)`.execute(
      db,
    ),
  )
}

export async function isPayout(id: string): Promise<boolean> {
  return await asService((db) =>
    selectValue(db, sql<boolean>`exists (select from ledger.payouts p where p.transaction_id::text = ${id})`),
  )
}

/** @param total what Stripe has taken back by now, in cents */
export async function reversePayout(
  id: string,
  total: number,
  evidence: Record<string, string>,
): Promise<void> {
  await asService((db) =>
    sql`select ledger.reverse_payout(${id}, ${total}, 'Stripe took the transfer back.',
      ${JSON.stringify(evidence)}::text::jsonb)`.execute(db),
  )
}

const payoutJson = sql`jsonb_build_object(
  'id', p.transaction_id,
  'amount', jsonb_build_object('amount', p.amount, 'currency', 'USD'),
  'reversed', jsonb_build_object('amount', p.reversed_amount, 'currency', 'USD'),
  'state', p.state,
  'transferId', p.evidence ->> 'transfer',
  'failure', case when p.state = 'failed' then coalesce(p.evidence ->> 'message', 'Stripe refused it.') end,
  'createdAt', to_json(p.created_at),
  'finishedAt', to_json(p.finished_at))`

/** Of the caller's own store, newest first; one row more than `limit`. */
export async function selectPayouts(
  actor: SignedInActor,
  limit: number,
  after: { at: string; id: string } | null,
): Promise<{ payout: Payout; at: string }[]> {
  return await asActor(actor, async (db) => {
    const result = await sql<{ payout: Payout; at: string }>`
      select ${payoutJson} as payout, p.created_at::text as at
      from ledger.payouts p join catalog.stores s on s.id = p.store_id
      where s.owner_id = ${actor.userId}::uuid
        and ${after === null ? sql`true` : sql`(p.created_at, p.transaction_id) < (${after.at}::text::timestamptz, ${after.id}::uuid)`}
      order by p.created_at desc, p.transaction_id desc limit ${limit + 1}`.execute(db)
    return result.rows
  })
}

/** With the entries of the payable account that it consists of; the rest was carried over from failed payouts. */
export async function selectPayout(actor: SignedInActor, id: string): Promise<PayoutDetail | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<{ payout: PayoutDetail }>`
      select ${payoutJson} || jsonb_build_object(
        'lines', lines.items,
        'carriedOver', jsonb_build_object('amount', p.amount - lines.total, 'currency', 'USD')) as payout
      from ledger.payouts p
      join catalog.stores s on s.id = p.store_id and s.owner_id = ${actor.userId}::uuid,
      lateral (
        select coalesce(sum(e.amount), 0) as total, coalesce(jsonb_agg(jsonb_build_object(
          'transactionId', t.id, 'kind', t.kind, 'subject', t.subject,
          'amount', jsonb_build_object('amount', e.amount, 'currency', 'USD'),
          'at', to_json(e.created_at)) order by e.sequence), '[]') as items
        from ledger.accounts a
        join ledger.entries e on e.account_id = a.id and e.sequence > p.after_sequence
          and e.sequence <= p.through_sequence
        join ledger.transactions t on t.id = e.transaction_id
        where a.kind = 'seller_payable' and a.owner_id = p.store_id and a.currency = 'CRD' and a.stripe = 0) lines
      where p.transaction_id = ${id}::uuid`.execute(db)
    return result.rows[0]?.payout ?? null
  })
}
