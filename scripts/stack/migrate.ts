/**
 * Applies `supabase/migrations/*.sql` in order and records each as the official Supabase CLI does, so that both can
 * work on one database. A file is one transaction, unless it says `-- souk: no transaction`.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { installJobs } from './install-jobs.ts'
import { lineOfError, splitSqlStatements } from './sql-statements.ts'
import type { SqlStatement } from './sql-statements.ts'

const FILE_NAME = /^(\d+)_(.+)\.sql$/
const NO_TRANSACTION = /^--\s*souk:\s*no transaction\s*$/im
/** Any number, as long as every migrator of one database takes the same. */
const LOCK_KEY = 5_768_310
const LOCK_TIMEOUT = '10s'
const ASK_AGAIN_MS = 200

export type MigrationFile = {
  version: string
  name: string
  file: string
  isTransactional: boolean
  statements: SqlStatement[]
}

export type MigrationReport = {
  applied: string[]
  /** Already recorded, yet their text is another one now. */
  changed: string[]
}

type Sql = postgres.Sql | postgres.TransactionSql | postgres.ReservedSql

export class MigrationError extends Error {
  constructor(file: string, line: number, reason: string, advice: string, options?: ErrorOptions) {
    super(`${file}, line ${line}: ${reason}\n${advice}`, options)
    this.name = 'MigrationError'
  }
}

export function parseMigration(file: string, text: string): MigrationFile {
  const [, version, name] = FILE_NAME.exec(file) ?? []
  if (!version || !name) throw new Error(`${file}: a migration is called <timestamp>_<verb_noun>.sql.`)
  const isTransactional = !NO_TRANSACTION.test(text)
  return { version, name, file, isTransactional, statements: splitSqlStatements(text) }
}

export async function readMigrations(folder: string): Promise<MigrationFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.sql')).sort()
  const migrations = await Promise.all(
    files.map(async (file) => parseMigration(file, await readFile(join(folder, file), 'utf8'))),
  )
  const twice = migrations.find((one, index) => migrations[index - 1]?.version === one.version)
  if (twice) throw new Error(`${twice.file}: another migration has the version ${twice.version} too.`)
  return migrations
}

async function createHistory(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
    alter table supabase_migrations.schema_migrations add column if not exists statements text[];
    alter table supabase_migrations.schema_migrations add column if not exists name text;
  `)
}

async function runStatements(sql: Sql, migration: MigrationFile): Promise<void> {
  for (const statement of migration.statements) {
    try {
      await sql.unsafe(statement.text)
    } catch (error) {
      const { message, position, detail, hint } = error as postgres.PostgresError
      const line = lineOfError(statement, position === undefined ? undefined : Number(position))
      const advice = migration.isTransactional
        ? 'Nothing of this file was applied.'
        : 'This file runs without a transaction: what stands before that line was applied and is not recorded.'
      const reason = [message, detail, hint].filter(Boolean).join(' · ')
      throw new MigrationError(migration.file, line, reason, advice, { cause: error })
    }
  }
}

async function record(sql: Sql, { version, name, statements }: MigrationFile): Promise<void> {
  const texts = statements.map((statement) => statement.text)
  await sql`
    insert into supabase_migrations.schema_migrations (version, name, statements)
    values (${version}, ${name}, ${texts})`
}

async function isRecorded(sql: Sql, version: string): Promise<boolean> {
  const rows = await sql`select 1 from supabase_migrations.schema_migrations where version = ${version}`
  return rows.length > 0
}

/**
 * One transaction while nobody else migrates. The lock belongs to it, so it also holds through a transaction-mode pooler.
 * It is asked for, not waited for: whoever waits has a snapshot, and an index that the other one creates concurrently waits
 * until that is gone.
 */
async function alone<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  return await untilDone(() =>
    sql.begin(async (transaction) => {
      const [lock] = await transaction<{ isOurs: boolean }[]>`
        select pg_try_advisory_xact_lock(${LOCK_KEY}) as "isOurs"`
      return lock?.isOurs ? { value: await work(transaction) } : null
    }),
  )
}

async function lockSession(session: postgres.ReservedSql): Promise<void> {
  await untilDone(async () => {
    const [lock] = await session<{ isOurs: boolean }[]>`
      select pg_try_advisory_lock(${LOCK_KEY}) as "isOurs"`
    return lock?.isOurs ? { value: null } : null
  })
}

/** @param ask null while somebody else has the lock */
async function untilDone<T>(ask: () => Promise<{ value: T } | null>): Promise<T> {
  for (;;) {
    const done = await ask()
    if (done) return done.value
    await delay(ASK_AGAIN_MS)
  }
}

async function applyInTransaction(sql: postgres.Sql, migration: MigrationFile): Promise<boolean> {
  return alone(sql, async (transaction) => {
    if (await isRecorded(transaction, migration.version)) return false
    await transaction.unsafe(`set local lock_timeout = '${LOCK_TIMEOUT}'; set local statement_timeout = 0`)
    await runStatements(transaction, migration)
    // A migration may have moved the search path or the role; the record must not follow it.
    await transaction.unsafe('reset role')
    await record(transaction, migration)
    return true
  })
}

async function applyWithoutTransaction(sql: postgres.Sql, migration: MigrationFile): Promise<boolean> {
  const session = await sql.reserve()
  try {
    await lockSession(session)
    if (await isRecorded(session, migration.version)) return false
    await session.unsafe(`set lock_timeout = '${LOCK_TIMEOUT}'; set statement_timeout = 0`)
    await runStatements(session, migration)
    await record(session, migration)
    return true
  } finally {
    await session.unsafe(`reset all; select pg_advisory_unlock_all()`).catch(() => undefined)
    session.release()
  }
}

function hasChanged(migration: MigrationFile, recorded: readonly string[] | null): boolean {
  const texts = migration.statements.map((statement) => statement.text)
  return recorded !== null && recorded.join('\n') !== texts.join('\n')
}

/** Applies what is pending. `url` needs a role that may create schemas and extensions. */
export async function migrate(url: string, folder: string): Promise<MigrationReport> {
  const migrations = await readMigrations(folder)
  await installJobs(url)
  const sql = postgres(url, { max: 1, onnotice: () => undefined, prepare: false, connect_timeout: 10 })
  const report: MigrationReport = { applied: [], changed: [] }
  try {
    await alone(sql, createHistory)
    const rows = await sql<{ version: string; statements: string[] | null }[]>`
      select version, statements from supabase_migrations.schema_migrations`
    const recorded = new Map(rows.map((row) => [row.version, row.statements]))
    for (const migration of migrations) {
      const statements = recorded.get(migration.version)
      if (statements !== undefined) {
        if (hasChanged(migration, statements)) report.changed.push(migration.file)
        continue
      }
      const apply = migration.isTransactional ? applyInTransaction : applyWithoutTransaction
      if (await apply(sql, migration)) report.applied.push(migration.file)
    }
    // The REST API keeps the catalogue of tables; PostgREST and the embedded one both listen for this.
    if (report.applied.length > 0) await sql`select pg_notify('pgrst', 'reload schema')`
    return report
  } finally {
    await sql.end({ timeout: 5 })
  }
}
