/**
 * Installs graphile-worker's own tables into a database and lets the service use them, nobody else. Safe to repeat.
 */
import { Logger, runMigrations } from 'graphile-worker'
import postgres from 'postgres'

const GRANTS = `
  revoke all on schema graphile_worker from public;
  revoke execute on all functions in schema graphile_worker from public;
  grant usage on schema graphile_worker to service_role;
  grant select, insert, update, delete on all tables in schema graphile_worker to service_role;
  grant usage on all sequences in schema graphile_worker to service_role;
  grant execute on all functions in schema graphile_worker to service_role;
`

/** Any number, as long as every starter of one database takes the same. */
const LOCK_KEY = 5_768_311

/** `url` needs a role that may create schemas. */
export async function installJobs(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, prepare: false })
  try {
    await sql.begin(async (transaction) => {
      // Two starters that grant at once would fail: "tuple concurrently updated".
      await transaction`select pg_advisory_xact_lock(${LOCK_KEY})`
      await runMigrations({ connectionString: url, logger: new Logger(() => () => undefined) })
      await transaction.unsafe(GRANTS)
    })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
