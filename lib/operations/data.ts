/** All database access of operations. As the service: a probe has no caller, and what it reads is not public. */
import 'server-only'
import { sql } from 'kysely'
import { asService, selectValue } from '#lib/platform/db'

export interface DatabaseHealth {
  viewsRefreshedAt: string | null
}

export async function readDatabaseHealth(): Promise<DatabaseHealth> {
  return await asService((db) => selectValue(db, sql<DatabaseHealth>`public.database_health()`))
}
