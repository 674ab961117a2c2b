/** All database access of payments. Private to this feature. As the service where Stripe speaks, which is no caller. */
import 'server-only'
import { sql } from 'kysely'
import type { PurchaseInput } from '#lib/commerce/schemas'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import { asActor, asService, asServiceInTime, selectValue } from '#lib/platform/db'
import type { PaymentState } from './rules.ts'
import type { TopUp } from './schemas.ts'

export async function openCheckout(actor: Actor, amount: number, key: string): Promise<TopUp> {
  return await asActor(actor, (db) => selectValue(db, sql<TopUp>`payments.open_checkout(${amount}, ${key})`))
}

export async function openPurchase(
  actor: SignedInActor,
  { handle, expectedPrice }: PurchaseInput,
  key: string,
): Promise<TopUp> {
  const { amount, currency } = expectedPrice
  return await asActor(actor, (db) =>
    selectValue(db, sql<TopUp>`payments.open_purchase(${handle}, ${amount}::bigint, ${currency}, ${key})`),
  )
}

export interface Session {
  id: string
  url: string | null
  paymentIntentId: string | null
  expiresAt: Date
}

export async function attachSession(checkoutId: string, session: Session): Promise<TopUp> {
  return await asServiceInTime((db) =>
    selectValue(
      db,
      sql<TopUp>`payments.attach_session(${checkoutId}, ${session.id}, ${session.url},
        ${session.paymentIntentId}, ${session.expiresAt.toISOString()}::text::timestamptz)`,
    ),
  )
}

export async function applyCheckout(checkoutId: string, state: PaymentState): Promise<TopUp> {
  return await asServiceInTime((db) =>
    selectValue(
      db,
      sql<TopUp>`payments.apply_checkout(${checkoutId}, ${JSON.stringify(state)}::text::jsonb)`,
    ),
  )
}

export interface TopUpPosition {
  at: string
  id: string
}

/** One row more than `limit`, newest first. */
export async function selectTopUps(
  actor: SignedInActor,
  limit: number,
  after: TopUpPosition | null,
): Promise<{ topUp: TopUp; at: string }[]> {
  return await asActor(actor, async (db) => {
    const result = await sql<{ topUp: TopUp; at: string }>`
      select payments.checkout_json(c) as "topUp", c.created_at::text as at
      from payments.checkouts c
      where c.user_id = ${actor.userId}::uuid
        and ${after === null ? sql`true` : sql`(c.created_at, c.id) < (${after.at}::text::timestamptz, ${after.id}::uuid)`}
      order by c.created_at desc, c.id desc limit ${limit + 1}`.execute(db)
    return result.rows
  })
}

export interface OwnTopUp {
  topUp: TopUp
  sessionId: string | null
  /** Seconds since Stripe was asked last. */
  age: number
}

export async function selectTopUp(actor: SignedInActor, id: string): Promise<OwnTopUp | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<OwnTopUp>`
      select payments.checkout_json(c) as "topUp", c.session_id as "sessionId",
        extract(epoch from clock_timestamp() - coalesce(c.checked_at, c.created_at))::float8 as age
      from payments.checkouts c where c.id = ${id}::uuid and c.user_id = ${actor.userId}::uuid`.execute(db)
    return result.rows[0] ?? null
  })
}

export interface KnownCheckout {
  id: string
  userId: string
  sessionId: string | null
  amount: number
  /** The package that is paid for; null for a top-up. */
  handle: string | null
}

export async function selectCheckout(by: 'id' | 'session_id' | 'payment_intent_id', value: string) {
  return await asServiceInTime(async (db) => {
    const result = await sql<KnownCheckout>`
      select c.id, c.user_id as "userId", c.session_id as "sessionId", c.amount, c.handle
      from payments.checkouts c where c.${sql.ref(by)}::text = ${value}`.execute(db)
    return result.rows[0] ?? null
  })
}

/** Open ones that had time to finish: their webhook may have been lost. */
export async function selectStaleCheckouts(limit: number): Promise<KnownCheckout[]> {
  return await asService(async (db) => {
    const result = await sql<KnownCheckout>`
      select c.id, c.user_id as "userId", c.session_id as "sessionId", c.amount, c.handle from payments.checkouts c
      where c.status = 'open' and c.created_at < now() - interval '2 minutes'
      order by c.checked_at nulls first, c.created_at limit ${limit}`.execute(db)
    return result.rows
  })
}

/** @param event the event as Stripe sent it, JSON. Answers whether it was new. */
export async function receiveEvent(event: string, source: 'webhook' | 'reconciliation'): Promise<boolean> {
  return await asServiceInTime((db) =>
    selectValue(db, sql<boolean>`payments.receive_event(${event}::text::jsonb, ${source})`),
  )
}

export interface PendingEvent {
  id: string
  type: string
  object: Record<string, unknown>
}

export async function selectPendingEvents(limit: number): Promise<PendingEvent[]> {
  return await asService(async (db) => {
    const result = await sql<PendingEvent>`
      select e.id, e.type, e.payload -> 'data' -> 'object' as object from payments.stripe_events e
      where e.processed_at is null and e.retry_at <= clock_timestamp()
      order by e.retry_at limit ${limit}`.execute(db)
    return result.rows
  })
}

export async function finishEvent(id: string, failure: string | null): Promise<void> {
  await asService((db) => sql`select payments.finish_event(${id}, ${failure})`.execute(db))
}

export async function readMilestone(name: string): Promise<Date | null> {
  return await asService(async (db) => {
    const result = await sql<{ reachedAt: Date }>`
      select reached_at as "reachedAt" from payments.milestones where name = ${name}`.execute(db)
    return result.rows[0]?.reachedAt ?? null
  })
}

export async function reachMilestone(name: string, at: Date): Promise<void> {
  await asService((db) =>
    sql`select payments.reach_milestone(${name}, ${at.toISOString()}::text::timestamptz)`.execute(db),
  )
}
