/**
 * A small marketplace with one thing in every state, for database tests: open, pending and suspended stores; free,
 * paid, pending, quarantined and withdrawn packages; a buyer, a reviewer, an operator. Only for `*.db.test.ts`.
 */
import { rangeBounds } from '../../lib/kernel/semver.ts'
import type { TestDatabase } from './database.ts'

export const OPERATOR_CLAIMS = { app_metadata: { role: 'operator' } }

export type PublishInput = {
  id: string
  version?: string
  kind?: 'agent' | 'app' | 'prompt' | 'mcp-server'
  yaml?: string
  metadata?: Record<string, unknown>
  dependencies?: Record<string, string>
  category?: string
  autoTags?: string[]
  approval?: 'auto' | 'manual'
  scopes?: string[]
}

export type Published = {
  packageId: string
  package: { latestVersion: string; name: string; tags: string[]; status: string }
  version: { version: string; sha256: string; sizeBytes: number }
}

/** The arguments of `catalog.publish_version`, as the verb gives them. */
export function publishArguments(input: PublishInput): { manifest: string; yaml: string; release: string } {
  const { id, version = '1.0.0', kind = 'prompt', autoTags = [], approval = 'auto' } = input
  const metadata = { name: id, description: `About ${id}.`, tags: [], capabilities: [], ...input.metadata }
  const { category, scopes } = input
  return {
    manifest: JSON.stringify({
      id,
      version,
      kind,
      metadata,
      dependencies: input.dependencies ?? {},
      spec: {},
    }),
    yaml: input.yaml ?? `id: ${id}\nversion: ${version}\nkind: ${kind}\n`,
    release: JSON.stringify({
      approval,
      autoTags,
      dependencyBounds: Object.fromEntries(
        Object.entries(input.dependencies ?? {}).map(([handle, range]) => [handle, rangeBounds(range)]),
      ),
      category,
      scopes,
    }),
  }
}

export async function publishAs(
  database: TestDatabase,
  userId: string,
  input: PublishInput,
  claims: Record<string, unknown> = {},
): Promise<Published> {
  const { manifest, yaml, release } = publishArguments(input)
  const [row] = await database.asUser(
    userId,
    (sql) => sql<{ published: Published }[]>`
      select catalog.publish_version(${manifest}::text::jsonb, ${yaml}, ${release}::text::jsonb) as published`,
    claims,
  )
  if (!row) throw new Error('publish_version answered nothing')
  return row.published
}

export async function openStoreAs(database: TestDatabase, userId: string, slug: string): Promise<void> {
  await database.asUser(userId, async (sql) => {
    await sql`select catalog.open_store(${slug}, ${slug}, '', 'auto')`
    await sql`select catalog.claim_namespace(${slug})`
  })
}

/** Three categories in place of the real ones, so that tests do not follow what the shelves are called. */
export async function replaceCategories(database: TestDatabase): Promise<void> {
  await database.admin`delete from catalog.categories`
  await database.admin`
    insert into catalog.categories (slug, name, icon, color, display_order, is_active)
    values ('tools', 'Tools', 'wrench', 'amber', 1, true), ('retired', 'Retired', 'moon', 'grey', 2, false),
      ('other', 'Other', 'box', 'stone', 3, true)`
}

export type Market = {
  /** Owns the store `acme`, which is open. */
  owner: string
  /** Owns the store `rival`, which is suspended. */
  rival: string
  /** Owns the store `newcomer`, which waits for approval. */
  newcomer: string
  /** Has bought `acme/paid` and reviewed `acme/free`. */
  buyer: string
  operator: string
}

export async function createMarket(database: TestDatabase): Promise<Market> {
  const { admin } = database
  await replaceCategories(database)
  const [owner = '', rival = '', newcomer = '', buyer = '', operator = ''] = await Promise.all(
    Array.from({ length: 5 }, () => database.createUser()),
  )
  await openStoreAs(database, owner, 'acme')
  await openStoreAs(database, rival, 'rival')
  await openStoreAs(database, newcomer, 'newcomer')
  await admin`insert into catalog.stores (slug, name, product_type) values ('house', 'House', 'house')`
  await admin`insert into catalog.namespaces (name, store_id) select 'house', id from catalog.stores where slug = 'house'`
  for (const name of ['free', 'paid', 'quarantined', 'withdrawn']) {
    await publishAs(database, owner, { id: `acme/${name}`, metadata: { tags: [`state:${name}`] } })
  }
  await publishAs(database, owner, { id: 'acme/pending', approval: 'manual' })
  await publishAs(database, rival, { id: 'rival/tool' })
  await admin`update catalog.stores set status = 'pending' where slug = 'newcomer'`
  await publishAs(database, newcomer, { id: 'newcomer/first' })
  await publishAs(database, operator, { id: 'house/base' }, OPERATOR_CLAIMS)
  await database.asUser(buyer, (sql) => sql`select catalog.review_package('acme/free', 4::smallint, 'Good.')`)
  const change = (handle: string, changes: object) =>
    database.asUser(
      owner,
      (sql) => sql`select catalog.update_package(${handle}, ${JSON.stringify(changes)}::text::jsonb)`,
    )
  await change('acme/paid', { price: { amount: 500, currency: 'USD' } })
  await change('acme/withdrawn', { isAvailable: false })
  await database.asUser(
    operator,
    (sql) => sql`select catalog.decide_package('acme/quarantined', 'quarantine', 'Looked odd.')`,
    OPERATOR_CLAIMS,
  )
  await admin`
    insert into commerce.entitlements (user_id, package_id, source)
    select ${buyer}, id, 'purchase' from catalog.packages where handle = 'acme/paid'`
  await admin`update catalog.stores set status = 'suspended' where slug = 'rival'`
  await admin`
    insert into catalog.package_days (package_id, day, views)
    select id, '2026-01-01', 3 from catalog.packages where handle = 'acme/free'`
  await admin`select public.refresh_marketplace_views()`
  return { owner, rival, newcomer, buyer, operator }
}
