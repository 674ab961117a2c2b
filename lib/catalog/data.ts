/** All database access of the catalogue's reads. It knows no HTTP; it answers DTOs. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { Actor } from '#lib/kernel/actor'
import type { RangeBounds } from '#lib/kernel/semver'
import { asActor, asAnon, asService, selectValue } from '#lib/platform/db'
import type { ArtefactStoreName } from '#lib/platform/artefact-store-port'
import type {
  CategoryCount,
  CategoryDetail,
  DeletedVersion,
  DependentsPage,
  MarketplaceHome,
  PackagePage,
  StorePage,
  VersionSummary,
} from './schemas.ts'

/** What one flush of the activity buffer adds to a package. */
export interface ActivityCount {
  handle: string
  views: number
  downloads: number
}

export interface ManifestRead {
  /** `gone`: deleted, only its number is left. */
  outcome: 'ok' | 'unauthenticated' | 'payment_required' | 'gone'
  sha256: string
  sizeBytes: number
  /** Present only when the outcome is `ok`. */
  yamlContent: string | null
  priceAmount: number
  yanked: boolean
}

export async function readHome(shelfSize: number): Promise<MarketplaceHome> {
  return await asAnon((db) =>
    selectValue(db, sql<MarketplaceHome>`catalog.marketplace_home(${shelfSize}::int)`),
  )
}

export async function readCategoryCounts(): Promise<CategoryCount[]> {
  return await asAnon((db) => selectValue(db, sql<CategoryCount[]>`catalog.category_counts()`))
}

/** All active categories, or the one with this slug. */
export async function readCategoryDetails(slug: string | null): Promise<CategoryDetail[]> {
  return await asAnon(async (db) => {
    const result = await sql<CategoryDetail>`
      select c.slug, c.name, c.description, c.icon, c.color,
        coalesce((counted.entry ->> 'productCount')::int, 0) as "productCount"
      from catalog.categories c
      left join jsonb_array_elements(catalog.category_counts()) counted (entry) on counted.entry ->> 'slug' = c.slug
      where c.is_active and (${slug}::text is null or c.slug = ${slug})
      order by c.display_order`.execute(db)
    return result.rows
  })
}

export async function readPackagePage(actor: Actor, handle: string): Promise<PackagePage | null> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<PackagePage | null>`catalog.with_version_files(catalog.package_page(${handle}))`),
  )
}

export interface VersionsRead {
  latestVersion: string | null
  versions: VersionSummary[]
  deletedVersions: DeletedVersion[]
}

/** Every version of a package, newest first; null when there is none for this reader. */
export async function readVersions(actor: Actor, handle: string): Promise<VersionsRead | null> {
  return await asActor(actor, async (db) => {
    const row = await db
      .selectFrom('catalog.packages')
      .select([
        'latest_version as latestVersion',
        sql<VersionSummary[]>`catalog.with_version_files(
          jsonb_build_object('handle', handle, 'versions', catalog.package_versions(id))) -> 'versions'`.as(
          'versions',
        ),
        sql<DeletedVersion[]>`catalog.deleted_versions(id)`.as('deletedVersions'),
      ])
      .where('handle', '=', handle)
      .executeTakeFirst()
    return row ?? null
  })
}

/** The version that the bounds mean to this reader. */
export async function readResolvedVersion(
  actor: Actor,
  handle: string,
  bounds: RangeBounds,
): Promise<string | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<{ version: string }>`
      select v.version from catalog.packages p
      join catalog.versions v on v.id = catalog.resolve_version(p.id, ${JSON.stringify(bounds)}::text::jsonb)
      where p.handle = ${handle}`.execute(db)
    return result.rows[0]?.version ?? null
  })
}

export interface DependentsRead {
  items: DependentsPage['items']
  total: number
  /** Where the next page begins. */
  next: [hotScore: number, handle: string] | null
}

export async function readDependents(
  actor: Actor,
  handle: string,
  limit: number,
  after: DependentsRead['next'],
): Promise<DependentsRead | null> {
  const position = after === null ? null : JSON.stringify(after)
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<DependentsRead | null>`catalog.package_dependents(${handle}, ${limit}::int, ${position}::text::jsonb)`,
    ),
  )
}

export async function readManifest(
  actor: Actor,
  handle: string,
  version: string,
): Promise<ManifestRead | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<ManifestRead>`
      select outcome, sha256, size_bytes as "sizeBytes", yaml_content as "yamlContent",
        price_amount as "priceAmount", yanked
      from catalog.read_manifest(${handle}, ${version})`.execute(db)
    return result.rows[0] ?? null
  })
}

/** What a package's page shows beside the package, to strangers, in one statement. */
export async function readPackageParts(
  handle: string,
  version: string,
  dependentsLimit: number,
): Promise<{ manifest: ManifestRead | null; dependents: DependentsRead | null }> {
  return await asAnon(async (db) => {
    const result = await sql<{ manifest: ManifestRead | null; dependents: DependentsRead | null }>`
      select catalog.package_dependents(${handle}, ${dependentsLimit}::int, null) as dependents,
        (select jsonb_build_object('outcome', outcome, 'sha256', sha256, 'sizeBytes', size_bytes,
            'yamlContent', yaml_content, 'priceAmount', price_amount, 'yanked', yanked)
          from catalog.read_manifest(${handle}, ${version})) as manifest`.execute(db)
    return result.rows[0] ?? { manifest: null, dependents: null }
  })
}

export interface VersionFileRead {
  outcome: ManifestRead['outcome']
  priceAmount: number
  sha256: string
  sizeBytes: number
  mediaType: string
  /** Where the bytes are; present only when the outcome is `ok`. */
  store: ArtefactStoreName | null
  key: string | null
}

export async function readVersionFile(
  actor: Actor,
  handle: string,
  version: string,
  name: string,
): Promise<VersionFileRead | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<VersionFileRead>`
      select outcome, price_amount as "priceAmount", sha256, size_bytes as "sizeBytes", media_type as "mediaType",
        store, key
      from catalog.read_version_file(${handle}, ${version}, ${name})`.execute(db)
    return result.rows[0] ?? null
  })
}

/** Whether this reader may have the bytes of a version, without the bytes. */
export async function readAccess(
  actor: Actor,
  handle: string,
  version: string,
): Promise<Pick<ManifestRead, 'outcome' | 'sha256'> | null> {
  return await asActor(actor, async (db) => {
    const result = await sql<Pick<ManifestRead, 'outcome' | 'sha256'>>`
      select outcome, encode(sha256, 'hex') as sha256
      from catalog.version_access(${handle}, ${version})`.execute(db)
    return result.rows[0] ?? null
  })
}

export async function readStore(slug: string, packageLimit: number): Promise<StorePage | null> {
  return await asAnon(async (db) => {
    const store = await db
      .selectFrom('catalog.stores')
      .select((eb) => [
        'slug',
        'name',
        'description',
        sql<StorePage['productType']>`product_type`.as('productType'),
        'created_at',
        eb
          .selectFrom('catalog.marketplace_catalog_rows as r')
          .select((count) => count.fn.countAll<number>().as('count'))
          .whereRef('r.store_slug', '=', 'catalog.stores.slug')
          .as('packageCount'),
        sql<StorePage['packages']>`coalesce((
          select jsonb_agg(best.entry order by best.hot_score desc, best.handle)
          from (
            select r.entry, r.hot_score, r.handle from catalog.marketplace_catalog_rows r
            where r.store_slug = catalog.stores.slug
            order by r.hot_score desc, r.handle limit ${packageLimit}) best), '[]')`.as('packages'),
      ])
      .where('slug', '=', slug)
      .executeTakeFirst()
    if (!store) return null
    const { created_at: createdAt, packageCount, ...rest } = store
    return { ...rest, packageCount: packageCount ?? 0, createdAt: createdAt.toISOString() }
  })
}

/** Every listed handle with its last change, for the sitemap; at most 50,000, the limit of one sitemap file. */
export async function readSitemap(): Promise<{ handle: string; updatedAt: Date }[]> {
  return await asAnon((db) =>
    db
      .selectFrom('catalog.marketplace_catalog_rows')
      .select(['handle', 'updated_at as updatedAt'])
      .where('registry_id', '=', 'local')
      .orderBy('hot_score', 'desc')
      .limit(49_000)
      .execute(),
  )
}

/** For the sitemap: together with `readSitemap` still within the limit of one file. */
export async function readStoreSlugs(): Promise<string[]> {
  return await asAnon(async (db) => {
    const rows = await db
      .selectFrom('catalog.stores')
      .select('slug')
      .orderBy('created_at')
      .limit(900)
      .execute()
    return rows.map(({ slug }) => slug)
  })
}

export async function addActivity(counts: readonly ActivityCount[]): Promise<void> {
  await asService((db) =>
    sql`select catalog.record_activity(${JSON.stringify(counts)}::text::jsonb)`.execute(db),
  )
}
