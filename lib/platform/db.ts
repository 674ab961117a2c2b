/**
 * Owns the connections to Postgres and the three ways in: as anybody, as the caller, as the service.
 * It knows no feature. Row level security applies to the first two whatever the query forgets.
 */
import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import { Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { PostgresJSDialect } from 'kysely-postgres-js'
import postgres from 'postgres'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import type { DB } from './database.types.ts'
import { databaseProblem } from './database-problem.ts'
import { env } from './env.ts'
import { orAfter } from './or-after.ts'
import { processWide } from './process-wide.ts'

export type Database = Kysely<DB> | Transaction<DB>

type Role = 'anon' | 'authenticated' | 'service_role'
/**
 * `brief` is for what had better answer with less than late; `bytes` moves pieces of files as the service, so that no
 * number of downloads is in the way of anything else; `together` is for what several requests ask in one statement.
 * Without a role nobody may do anything before they take one.
 */
type PoolName = Role | 'brief' | 'bytes' | 'together' | 'none'

const ROLES: Readonly<Record<Exclude<PoolName, 'none'>, Role>> = {
  anon: 'anon',
  brief: 'anon',
  authenticated: 'authenticated',
  service_role: 'service_role',
  bytes: 'service_role',
  together: 'service_role',
}

// Pages, the API and the start-up hook are bundled apart; the database should see one application.
const pools = processWide(
  'database-pools',
  () => new Map<PoolName, { db: Kysely<DB>; client: postgres.Sql<{ bigint: number }> }>(),
)

function pool(name: PoolName): Kysely<DB> {
  const existing = pools.get(name)
  if (existing) return existing.db
  const { DATABASE_URL, DATABASE_POOL_MODE, DATABASE_POOL_SIZE } = env()
  const client = postgres(DATABASE_URL, {
    max: poolSize(name, DATABASE_POOL_SIZE),
    // A transaction pooler hands each transaction to another backend, which knows none of our prepared statements.
    prepare: DATABASE_POOL_MODE === 'session',
    idle_timeout: 60,
    connect_timeout: 5,
    // Seconds. The driver's own back-off grows to twenty, which would outlast a restart of the database.
    backoff: () => 0.3,
    max_lifetime: 30 * 60,
    onnotice: () => undefined,
    types: { bigint: { to: 20, from: [20], serialize: String, parse: Number } },
    connection: {
      application_name: `souk-${name}`,
      statement_timeout: timeLimitMs(name),
      ...(name === 'none' || DATABASE_POOL_MODE === 'transaction' ? {} : { role: ROLES[name] }),
    },
  })
  const db = new Kysely<DB>({ dialect: new PostgresJSDialect({ postgres: client }) })
  pools.set(name, { db, client })
  return db
}

function poolSize(name: PoolName, size: number): number {
  if (name === 'service_role' || name === 'bytes') return Math.max(2, Math.floor(size / 4))
  if (name === 'together') return 2
  return name === 'brief' ? Math.max(2, Math.ceil(size * 0.8)) : size
}

/** After so long Postgres stops a statement. */
function timeLimitMs(name: PoolName): number {
  if (name === 'brief') return env().SEARCH_BUDGET_MS
  return name === 'service_role' || name === 'bytes' ? 60_000 : 4_500
}

/** How long whoever waits for it has waited before, in milliseconds. */
const waitedBefore = processWide('database-waited-before', () => new AsyncLocalStorage<number>())

/** Leaves each call that `run` makes so much less of the time that a request may take. */
export function afterWaiting<T>(waitedMs: number, run: () => Promise<T>): Promise<T> {
  return waitedBefore.run((waitedBefore.getStore() ?? 0) + waitedMs, run)
}

/** What came to nothing although no statement may take so long: the driver waits for a connection that is lost. */
class Overdue extends Error {
  readonly code = 'ETIMEDOUT'
}

const LATE = Symbol('late')

/** @throws Overdue when it is not done in the time that a request may take; it may still be carried out. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const ms = Math.max(0, env().DATABASE_DEADLINE_MS - (waitedBefore.getStore() ?? 0))
  const answer = await orAfter(ms, work, LATE)
  if (answer === LATE) throw new Overdue(`The database did not answer in ${ms} ms`)
  return answer
}

async function orProblem<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw databaseProblem(error)
  }
}

/** What others do for a request, in the time that it may take. @throws Problem `unavailable` after that */
export function inRequestTime<T>(work: Promise<T>): Promise<T> {
  return orProblem(inTime(work))
}

async function withRole<T>(name: Exclude<PoolName, 'none'>, run: (db: Database) => Promise<T>): Promise<T> {
  try {
    if (env().DATABASE_POOL_MODE === 'session') return await run(pool(name))
    return await pool(name === 'bytes' ? 'bytes' : 'none')
      .transaction()
      .execute(async (trx) => {
        await sql`select set_config('role', ${ROLES[name]}, true),
          set_config('statement_timeout', ${String(timeLimitMs(name))}, true)`.execute(trx)
        return await run(trx)
      })
  } catch (error) {
    throw databaseProblem(error)
  }
}

/** Public reads, as role `anon`. One round trip a query: the pool's sessions start in that role. */
export function asAnon<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return orProblem(inTime(withRole('anon', run)))
}

/** The same for what had better answer with less than late: Postgres stops each statement after `SEARCH_BUDGET_MS`. */
export function asAnonBriefly<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return orProblem(inTime(withRole('brief', run)))
}

/**
 * Reads and writes as the caller: one transaction in role `authenticated` with the caller's claims, so `auth.uid()`
 * and every policy see them. An anonymous caller gets role `anon`.
 */
export async function asActor<T>(actor: Actor, run: (db: Database) => Promise<T>): Promise<T> {
  if (actor.kind === 'anonymous') return await asAnon(run)
  return await orProblem(inTime(transactionAs(actor, timeLimitMs('authenticated'), run)))
}

/** The same for what an operator sets off and nobody waits for: it takes as long as it takes. */
export async function unhurriedAsActor<T>(actor: Actor, run: (db: Database) => Promise<T>): Promise<T> {
  if (actor.kind === 'anonymous') return await asAnon(run)
  return await orProblem(transactionAs(actor, null, run))
}

/** A transaction pooler hands on no setting of the connection's start: what is to hold in a transaction is said in it. */
async function transactionAs<T>(
  actor: SignedInActor,
  statementLimitMs: number | null,
  run: (db: Database) => Promise<T>,
): Promise<T> {
  const limit =
    statementLimitMs === null
      ? sql``
      : sql`, set_config('statement_timeout', ${String(statementLimitMs)}, true)`
  return await pool('none')
    .transaction()
    .execute(async (trx) => {
      await sql`select set_config('role', 'authenticated', true),
        set_config('request.jwt.claims', ${claimsOf(actor)}, true),
        set_config('request.jwt.claim.sub', ${actor.userId}, true)${limit}`.execute(trx)
      return await run(trx)
    })
}

/**
 * One SQL function as the caller, in one statement where {@link asActor} needs four: for what is called often and is
 * atomic by itself.
 */
export async function callAsActor<T>(actor: SignedInActor, call: RawBuilder<T>): Promise<T> {
  if (env().DATABASE_POOL_MODE === 'transaction') return await asActor(actor, (db) => selectValue(db, call))
  // Columns are worked out from left to right: the function sees the claims.
  const query = sql<{ value: T }>`select set_config('request.jwt.claims', ${claimsOf(actor)}, true),
      set_config('request.jwt.claim.sub', ${actor.userId}, true), ${call} as value`
  const { rows } = await orProblem(inTime(query.execute(pool('authenticated'))))
  const [row] = rows
  if (!row) throw new Error('A select without from always yields one row')
  return row.value
}

function claimsOf(actor: SignedInActor): string {
  return JSON.stringify({
    sub: actor.userId,
    role: 'authenticated',
    email: actor.email,
    app_metadata: actor.appRole === null ? {} : { role: actor.appRole },
    // By which of their tokens somebody acted: the audit log names it.
    ...(actor.kind === 'token' ? { token_id: actor.tokenId } : {}),
  })
}

/**
 * Past row level security, as role `service_role`. Importers are few and listed in eslint.config.mjs
 * (`service-role-importers`): each must say why no caller's rights would do.
 */
export function asService<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return withRole('service_role', run)
}

/** The same for a script that reads everything there is, however long that takes. */
export async function unhurriedAsService<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return await orProblem(
    pool('none')
      .transaction()
      .execute(async (trx) => {
        await sql`select set_config('role', 'service_role', true), set_config('statement_timeout', '0', true)`.execute(
          trx,
        )
        return await run(trx)
      }),
  )
}

/** The same for pieces of files: in time, and over connections of their own, for whose number token checks do not wait. */
export function asServiceForBytes<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return orProblem(inTime(withRole('bytes', run)))
}

/** The same while a request waits for it. @throws Problem as {@link asAnon} */
export function asServiceInTime<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return orProblem(inTime(asService(run)))
}

/**
 * One statement that several requests share, as the service and over connections of its own. It has the time of one that
 * has not waited yet: each request sees to its own time. @throws Problem as {@link asAnon}
 */
export function asServiceTogether<T>(run: (db: Database) => Promise<T>): Promise<T> {
  return waitedBefore.run(0, () => orProblem(inTime(withRole('together', run))))
}

/** Runs a query that yields exactly one value in one row, such as a call of a SQL function. */
export async function selectValue<T>(db: Database, expression: RawBuilder<T>): Promise<T> {
  const result = await sql<{ value: T }>`select ${expression} as value`.execute(db)
  const row = result.rows[0]
  if (!row) throw new Error('A select without from always yields one row')
  return row.value
}

/** Of what is still being asked when the pools are closed: an answer of a database that is gone never comes. */
const LAST_ANSWERS_SECONDS = 5

/** Closes every pool. For scripts and tests; the server keeps its pools until the process ends. */
export async function closeDatabase(): Promise<void> {
  const open = [...pools.values()]
  pools.clear()
  await Promise.all(open.map(({ client }) => client.end({ timeout: LAST_ANSWERS_SECONDS })))
}
