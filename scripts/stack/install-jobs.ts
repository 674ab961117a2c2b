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

/** `url` needs a role that may create schemas. */
export async function installJobs(url: string): Promise<void> {
  await runMigrations({ connectionString: url, logger: new Logger(() => () => undefined) })
  const sql = postgres(url, { max: 1, onnotice: () => undefined, prepare: false })
  try {
    await sql.unsafe(GRANTS)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
