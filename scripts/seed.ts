/**
 * Fills an embedded marketplace: demo people, the house store, the demo seller, the entries of the official MCP
 * registry. Run by `npm start`; running it again changes nothing. Needs the settings that `npm start` passes.
 */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { closeDatabase } from '#lib/platform/db'
import type { UserActor } from '#lib/kernel/actor'
import { ensurePeople } from './seed/people.ts'
import { importRegistry, writeReport } from './seed/registry.ts'
import { addReviews } from './seed/reviews.ts'
import { publishShelf } from './seed/shelves.ts'
import { ensureNamespaces, ensureStore } from './seed/stores.ts'
import { stackDirOf } from './stack/settings.ts'

const DEMO_CREDITS = 50_000
const seedsDir = join(dirname(dirname(fileURLToPath(import.meta.url))), 'supabase', 'seeds')

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: npm start runs this program with the settings it needs`)
  return value
}

function person(userId: string, email: string, appRole: UserActor['appRole']): UserActor {
  return { kind: 'user', userId, email, displayName: email, appRole, isStale: false }
}

async function publishedVersions(sql: postgres.Sql): Promise<Set<string>> {
  const rows = await sql<{ id: string }[]>`
    select p.handle || '@' || v.version as id
    from catalog.versions v join catalog.packages p on p.id = v.package_id`
  return new Set(rows.map(({ id }) => id))
}

async function seed(sql: postgres.Sql): Promise<void> {
  const { shopperId, sellerId, operatorId } = await ensurePeople(sql, {
    url: setting('SUPABASE_URL'),
    publishableKey: setting('SUPABASE_PUBLISHABLE_KEY'),
  })
  const operator = person(operatorId, 'operator@souk.test', 'operator')
  const seller = person(sellerId, 'seller@souk.test', null)
  const published = await publishedVersions(sql)

  const houseId = await ensureStore(sql, {
    slug: 'souk-house',
    name: 'Souk House',
    description: 'Packages written and kept by the people who run this marketplace.',
    productType: 'house',
    ownerId: operatorId,
  })
  await ensureNamespaces(sql, houseId, ['house'])
  const house = await publishShelf(sql, operator, join(seedsDir, 'house'), 'house', published)

  const demoId = await ensureStore(sql, {
    slug: 'demo',
    name: 'Demo Store',
    description: 'The store of the demo seller. Sign in as seller@souk.test to see its other side.',
    productType: 'seller',
    ownerId: sellerId,
  })
  await ensureNamespaces(sql, demoId, ['demo'])
  const demo = await publishShelf(sql, seller, join(seedsDir, 'demo'), 'demo', published)

  const report = await importRegistry(sql, operator, seedsDir, published)
  const reportPath = join(stackDirOf(process.env), 'import-report.json')
  await writeReport(reportPath, report)

  // Once: the key makes a second run answer the first gift.
  await sql`select ledger.grant_credits(${shopperId}, ${DEMO_CREDITS}, 'demo wallet', '{"reason": "demo"}')`
  await addReviews(sql, shopperId, JSON.parse(await readFile(join(seedsDir, 'reviews.json'), 'utf8')))
  await sql`select public.refresh_marketplace_views()`
  await sql`analyze`
  console.log(
    `Published ${house} house and ${demo} demo versions. MCP registry: ${report.imported.length} imported and ` +
      `${report.rejected.length} rejected of ${report.entries} entries (${reportPath}).`,
  )
}

const sql = postgres(setting('DATABASE_ADMIN_URL'), { max: 2, onnotice: () => undefined })
try {
  await seed(sql)
} finally {
  await Promise.all([sql.end({ timeout: 5 }), closeDatabase()])
}
