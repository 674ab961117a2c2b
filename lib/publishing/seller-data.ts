/** The database access of the seller's own pages: what was decided, and how it goes. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import { asActor, selectValue } from '#lib/platform/db'
import type { DayCounts, SellerDecision } from './schemas.ts'

/** Hands a rejected package in again. */
export async function submitPackageAgain(actor: Actor, handle: string, note: string): Promise<void> {
  await asActor(actor, (db) => selectValue(db, sql`catalog.submit_package(${handle}, ${note})`))
}

/** Hands the caller's rejected store in again. */
export async function submitStoreAgain(actor: Actor, note: string): Promise<void> {
  await asActor(actor, (db) => selectValue(db, sql`catalog.submit_store(${note})`))
}

/** What operators decided about a package of the caller's, newest first; of others' packages nothing. */
export async function selectPackageDecisions(
  actor: SignedInActor,
  handle: string,
): Promise<SellerDecision[]> {
  return await asActor(actor, async (db) => {
    const row = await db
      .selectFrom('catalog.packages')
      .select(sql<SellerDecision[]>`catalog.decisions_about(id, null)`.as('decisions'))
      .where('handle', '=', handle)
      .executeTakeFirst()
    return row?.decisions ?? []
  })
}

export async function selectSellerDays(
  actor: SignedInActor,
  handle: string | null,
  days: number,
): Promise<DayCounts[]> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<DayCounts[]>`catalog.seller_days(${handle}::text, ${days}::int)`),
  )
}
