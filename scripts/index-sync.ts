/**
 * `npm run marketplace:index-sync`: rebuilds the search index of the database at DATABASE_URL while it serves. An
 * interrupted run goes on where it stopped.
 */
import { loadEnvFiles, projectRoot, stackDirOf } from './stack/settings.ts'
import { readRunning } from './stack/running.ts'

const HELP = `Usage: npm run marketplace:index-sync

Rebuilds the search index of the running marketplace, or of the database at DATABASE_URL.`

async function databaseUrl(): Promise<string> {
  const url = process.env.DATABASE_URL ?? (await readRunning(stackDirOf(process.env)))?.databaseUrl
  if (!url) throw new Error('No marketplace runs here. Start it with npm start, or set DATABASE_URL.')
  return url
}

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(HELP)
  loadEnvFiles(projectRoot)
  process.env.DATABASE_URL = await databaseUrl()
  // Only the database is needed; the other settings merely have to be there.
  for (const [name, value] of [
    ['SUPABASE_URL', 'http://127.0.0.1:9'],
    ['SUPABASE_PUBLISHABLE_KEY', 'unused'],
    ['SUPABASE_SECRET_KEY', 'unused'],
  ] as const) {
    process.env[name] ||= value
  }
  const { rebuildIndex } = await import('#lib/search/rebuild-index')
  const { closeDatabase } = await import('#lib/platform/db')
  const startedAt = performance.now()
  try {
    const rows = await rebuildIndex('service', ({ builtRows, totalRows }) => {
      console.log(`${builtRows} of about ${totalRows} entries`)
    })
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10
    console.log(`The search index has ${rows} entries (${seconds} s).`)
  } finally {
    await closeDatabase()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
