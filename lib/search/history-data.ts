/** All database access of people's own searches, as themselves. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor, selectValue } from '#lib/platform/db'
import type { SearchHistory } from './schemas.ts'

export async function writeSearch(actor: SignedInActor, query: string): Promise<void> {
  await asActor(actor, (db) => sql`select catalog.remember_search(${query})`.execute(db))
}

export async function readHistory(actor: SignedInActor, limit: number): Promise<SearchHistory> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<SearchHistory>`jsonb_build_object(
        'items', (select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'query', h.query,
            'createdAt', to_char(h.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
            order by h.created_at desc, h.id desc), '[]')
          from (select id, query, created_at from identity.search_history where user_id = (select auth.uid())
            order by created_at desc, id desc limit ${limit}) h),
        'meta', jsonb_build_object('isKept', coalesce((
          select keeps_history from identity.search_preferences where user_id = (select auth.uid())), true)))`,
    ),
  )
}

/** Deletes one entry, or all of them for `null`; answers how many there were. */
export async function deleteHistory(actor: SignedInActor, id: number | null): Promise<number> {
  return await asActor(actor, async (db) => {
    const result = await sql`
      delete from identity.search_history
      where user_id = (select auth.uid()) and (${id}::bigint is null or id = ${id}::bigint)`.execute(db)
    return Number(result.numAffectedRows ?? 0)
  })
}

/** Switching it off also deletes what was kept. */
export async function writeKeepsHistory(actor: SignedInActor, isKept: boolean): Promise<void> {
  await asActor(actor, async (db) => {
    await sql`
      insert into identity.search_preferences (user_id, keeps_history) values ((select auth.uid()), ${isKept})
      on conflict (user_id) do update set keeps_history = excluded.keeps_history`.execute(db)
    if (!isKept)
      await sql`delete from identity.search_history where user_id = (select auth.uid())`.execute(db)
  })
}
