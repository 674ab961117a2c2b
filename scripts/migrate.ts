/** `npm run migrate`: applies pending migrations to DATABASE_ADMIN_URL, DATABASE_URL, or the embedded database. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate } from './stack/migrate.ts'
import { loadEnvFiles, projectRoot, stackDirOf } from './stack/settings.ts'
import { readRunning } from './stack/running.ts'

const HELP = `Usage: npm run migrate

Applies supabase/migrations/*.sql that are not recorded yet, in order.
The database is DATABASE_ADMIN_URL, else DATABASE_URL, else the embedded one while it runs.`

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } })
  if (values.help) return console.log(HELP)
  loadEnvFiles(projectRoot)
  const running = await readRunning(stackDirOf(process.env))
  const url = process.env.DATABASE_ADMIN_URL || process.env.DATABASE_URL || running?.databaseAdminUrl
  if (!url) throw new Error('No database: set DATABASE_URL, or run "npm start" in another terminal first.')
  const folder = join(projectRoot, 'supabase', 'migrations')
  if (!existsSync(folder)) throw new Error('There is no supabase/migrations folder.')
  const report = await migrate(url, folder)
  for (const file of report.applied) console.log(`applied ${file}`)
  for (const file of report.changed) console.log(`changed after it was applied: ${file}`)
  if (report.applied.length === 0) console.log('Nothing to apply.')
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
