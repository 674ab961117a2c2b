/**
 * `npm run ledger:verify`: recomputes the ledger's hashes, chains, sums and balances and names everything that was
 * altered. Exit code 1 when something was, or when the chains do not end in the fingerprint that `--expect` names.
 */
import { parseArgs } from 'node:util'
import { readRunning } from './stack/running.ts'
import { loadEnvFiles, projectRoot, stackDirOf } from './stack/settings.ts'

const HELP = `Usage: npm run ledger:verify -- [options]

Checks the ledger of the running marketplace, or of the database at DATABASE_URL.

  --expect FINGERPRINT   also fail when the ledger has another fingerprint than this one, noted earlier
  --help                 this text`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { expect: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help) return console.log(HELP)
  loadEnvFiles(projectRoot)
  const url = process.env.DATABASE_URL ?? (await readRunning(stackDirOf(process.env)))?.databaseUrl
  if (!url) throw new Error('No marketplace runs here. Start it with npm start, or set DATABASE_URL.')
  process.env.DATABASE_URL = url
  // Only the database is needed; the other settings merely have to be there.
  process.env.SUPABASE_URL ||= 'http://127.0.0.1:9'
  process.env.SUPABASE_PUBLISHABLE_KEY ||= 'unused'
  process.env.SUPABASE_SECRET_KEY ||= 'unused'
  const { verifyLedger } = await import('#lib/ledger/verify-ledger')
  const { closeDatabase } = await import('#lib/platform/db')
  try {
    const { transactions, entries, fingerprint, faults } = await verifyLedger()
    for (const { fault, subject } of faults) console.error(`${fault}: ${subject}`)
    console.log(`${transactions} transactions, ${entries} entries, fingerprint ${fingerprint}`)
    if (faults.length > 0) throw new Error(`The ledger has ${faults.length} faults.`)
    if (values.expect !== undefined && values.expect !== fingerprint) {
      throw new Error('The ledger is sound in itself but has another fingerprint than expected.')
    }
    console.log('Nothing was altered.')
  } finally {
    await closeDatabase()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
