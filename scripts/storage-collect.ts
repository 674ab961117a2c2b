/**
 * `npm run storage:collect`: removes uploads that broke off or that no version took over, and stored files that nobody
 * refers to. A background task does the same every quarter of an hour; this is for a look.
 */
import { useMarketplace } from './stack/marketplace-settings.ts'

const HELP = `Usage: npm run storage:collect

Removes orphaned files of the running marketplace, or of the one that the settings name.`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(HELP)
  await useMarketplace()
  const { collectArtefacts } = await import('#lib/publishing/collect-artefacts')
  const { closeDatabase } = await import('#lib/platform/db')
  try {
    const removed = await collectArtefacts()
    console.log(`Removed ${removed} orphaned ${removed === 1 ? 'file' : 'files'}.`)
  } finally {
    await closeDatabase()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
