/**
 * `npm run marketplace:index-sync`: rebuilds the search index of the database at DATABASE_URL while it serves. An
 * interrupted run goes on where it stopped. Running servers drop what they keep of lists.
 */
import { useMarketplace } from './stack/marketplace-settings.ts'

const HELP = `Usage: npm run marketplace:index-sync

Rebuilds the search index of the running marketplace, or of the database at DATABASE_URL.`

async function main(): Promise<void> {
  if (process.argv.includes('--help')) return console.log(HELP)
  await useMarketplace()
  const { rebuildIndex } = await import('#lib/search/rebuild-index')
  const { closeDatabase } = await import('#lib/platform/db')
  const { LISTING_TAG } = await import('#lib/http/public-pages')
  const { tellPurge } = await import('#lib/platform/purge-channel')
  const startedAt = performance.now()
  try {
    const rows = await rebuildIndex('service', ({ part, done, total }) => {
      console.log(`${done} of about ${total} ${part}`)
    })
    // Servers keep what they listed before.
    await tellPurge([LISTING_TAG]).catch((error: unknown) => {
      console.warn('Running servers could not be told; what they keep ends by itself within minutes.', error)
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
