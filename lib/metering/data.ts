/** All database access of metering; each write is one SQL function. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import { asActor, asService, callAsActor, selectValue } from '#lib/platform/db'
import type {
  Budget,
  MeteredPackage,
  UnitPrice,
  Usage,
  UsageFilter,
  UsageOutcomes,
  UsageReport,
} from './schemas.ts'

/** `null` when the caller sees no such package. */
export async function readUnitPrices(actor: Actor, handle: string): Promise<UnitPrice[] | null> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<UnitPrice[] | null>`metering.read_prices(${handle})`),
  )
}

export async function writeUnitPrices(
  actor: SignedInActor,
  handle: string,
  prices: readonly UnitPrice[],
): Promise<UnitPrice[]> {
  const rows = prices.map(({ capability, price, perUnits }) => ({
    capability,
    amount: price.amount,
    perUnits,
  }))
  return await callAsActor(
    actor,
    sql<UnitPrice[]>`metering.set_prices(${handle}, ${JSON.stringify(rows)}::text::jsonb)`,
  )
}

export async function writeBudget(
  actor: SignedInActor,
  handle: string,
  limit: number,
  expiresAt: Date,
): Promise<Budget> {
  return await callAsActor(
    actor,
    sql<Budget>`metering.set_budget(${handle}, ${limit}::bigint, ${expiresAt.toISOString()}::text::timestamptz)`,
  )
}

export async function closeBudget(actor: SignedInActor, handle: string): Promise<Budget> {
  return await callAsActor(actor, sql<Budget>`metering.revoke_budget(${handle})`)
}

export async function insertUsage(
  actor: SignedInActor,
  events: UsageReport['events'],
  namespaces: readonly string[] | null,
): Promise<UsageOutcomes['items']> {
  return await callAsActor(
    actor,
    sql<
      UsageOutcomes['items']
    >`metering.report_usage(${JSON.stringify(events)}::text::jsonb, ${namespaces}::text[])`,
  )
}

export async function readBudgets(
  actor: SignedInActor,
  side: 'buyer' | 'seller',
  namespaces: readonly string[] | null,
): Promise<Budget[]> {
  return await callAsActor(actor, sql<Budget[]>`metering.read_budgets(${side}, ${namespaces}::text[])`)
}

export async function readMetered(actor: SignedInActor): Promise<MeteredPackage[]> {
  return await asActor(actor, (db) => selectValue(db, sql<MeteredPackage[]>`metering.list_metered()`))
}

export async function readUsage(
  actor: SignedInActor,
  side: 'buyer' | 'seller',
  { package: handle = undefined, from, until, by = 'hour' }: UsageFilter,
  namespaces: readonly string[] | null,
): Promise<Usage['items']> {
  return await callAsActor(
    actor,
    sql<Usage['items']>`metering.read_usage(${side}, ${handle ?? null}::text,
      coalesce(${from ?? null}::text::timestamptz, now() - interval '31 days'),
      coalesce(${until ?? null}::text::timestamptz, 'infinity'), ${by}, ${namespaces}::text[])`,
  )
}

/** Adds up and charges what was used; answers how many budgets. */
export async function chargeBudgets(): Promise<number> {
  return await asService((db) => selectValue(db, sql<number>`metering.charge_usage()`))
}
