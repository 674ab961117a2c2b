/** All database access of operations. Probes run as the service: they have no caller, and what they read is not public. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor, asService, selectValue } from '#lib/platform/db'
import type { AuditEntry, AuditQuery, MoneyDesk } from './schemas.ts'

export interface DatabaseHealth {
  viewsRefreshedAt: string | null
}

export async function readDatabaseHealth(): Promise<DatabaseHealth> {
  return await asService((db) => selectValue(db, sql<DatabaseHealth>`public.database_health()`))
}

/** Exact to the microsecond: a Date would cut it, and entries of one millisecond would be lost between two pages. */
export interface AuditPosition {
  at: string
  id: number
}

export interface AuditRow extends Omit<AuditEntry, 'actor'> {
  at: string
  actorKind: AuditEntry['actor']['kind']
  actorId: string | null
  actorName: string | null
  tokenId: string | null
}

/** One row more than `limit`, to know whether there is another page. Row level security says whose entries they are. */
export async function selectAuditRows(
  actor: SignedInActor,
  query: AuditQuery,
  after: AuditPosition | null,
  isOwnOnly: boolean,
): Promise<AuditRow[]> {
  const { action, namespace, subject, since, until } = query
  const conditions = [
    ...(action === undefined
      ? []
      : action.includes('.')
        ? [sql`e.action = ${action}`]
        : // "/" follows "." in the collation of the column, "C".
          [sql`e.action > ${`${action}.`} and e.action < ${`${action}/`}`]),
    ...(namespace === undefined ? [] : [sql`e.namespace = ${namespace}`]),
    ...(subject === undefined ? [] : [sql`e.subject = ${subject}`]),
    ...(query.actor === undefined ? [] : [sql`e.actor_id = ${query.actor}::uuid`]),
    ...(since === undefined ? [] : [sql`e.created_at >= ${since}::text::timestamptz`]),
    ...(until === undefined ? [] : [sql`e.created_at < ${until}::text::timestamptz`]),
    ...(after === null
      ? []
      : [sql`(e.created_at, e.id) < (${after.at}::text::timestamptz, ${after.id}::bigint)`]),
    ...(isOwnOnly
      ? [
          sql`(e.actor_id = ${actor.userId}::uuid or e.concerns_id = ${actor.userId}::uuid
            or e.namespace in (select catalog.managed_namespaces()))`,
        ]
      : []),
  ]
  return await asActor(actor, async (db) => {
    const { rows } = await sql<AuditRow>`
      select e.id, e.created_at::text as at, e.action, e.subject, e.namespace, e.detail,
        to_char(e.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt",
        e.actor_kind as "actorKind", e.actor_id as "actorId", e.token_id as "tokenId", p.display_name as "actorName"
      from identity.audit_entries e
      left join identity.profiles p on p.user_id = e.actor_id
      ${conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`}
      order by e.created_at desc, e.id desc
      limit ${query.limit + 1}`.execute(db)
    return rows
  })
}

export type MoneyDeskRow = Omit<MoneyDesk, 'reconciliation'> & {
  reconciliation: Omit<MoneyDesk['reconciliation'], 'isAvailable'>
}

export async function selectMoneyDesk(actor: SignedInActor): Promise<MoneyDeskRow> {
  return await asActor(actor, (db) => selectValue(db, sql<MoneyDeskRow>`commerce.money_desk()`))
}
