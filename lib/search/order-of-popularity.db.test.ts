import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import type * as rebuilding from './rebuild-index.ts'
import { marketplaceQuerySchema } from './schemas.ts'

const COUNT = 1_200

/** Views and downloads move all day; postings stand until the next rebuild. */
describe('the order of popularity', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let rebuilder: typeof rebuilding
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await database.admin`
      insert into catalog.marketplace_catalog_rows (registry_id, registry_url, handle, entry, display_name, kind, product_type,
        category_slug, price_amount, tags, rating_average, sold_count, view_count, download_count, hot_score, search, created_at, updated_at)
      select 'far', 'https://far.test', 'far/item-' || i, jsonb_build_object('handle', 'far/item-' || i), 'Item ' || i, 'agent', 'seller',
        (select slug from catalog.categories order by display_order limit 1), 0, '{}', 0, 0, 0, 0, ${COUNT} - i,
        catalog.search_document('Item ' || i, '', 'A thing.', ''), now(), now()
      from generate_series(1, ${COUNT}::int) i`
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    rebuilder = await import('./rebuild-index.ts')
    ;({ closeDatabase } = await import('#lib/platform/db'))
    await rebuilder.rebuildIndex('service')
  }, 120_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const first = async () => {
    const { items } = await listMarketplace(marketplaceQuerySchema.parse({ sort: 'hot', limit: '1' }))
    return items[0]?.handle
  }
  const stale = async () => {
    const [row] = await database.admin<{ count: number }[]>`
      select count(*)::int as count from catalog.search_stale_places`
    return row?.count
  }
  const isDue = async () => {
    const [row] = await database.admin<{ due: boolean }[]>`select catalog.is_search_rebuild_due() as due`
    return row?.due
  }
  const age = async (interval: string) => {
    await database.admin`
      update catalog.search_builds set started_at = started_at - ${interval}::interval, finished_at = finished_at - ${interval}::interval`
  }

  it('follows counters at once while few have moved', async () => {
    expect(await first()).toBe('far/item-1')
    await database.admin`
      update catalog.marketplace_catalog_rows set hot_score = 5000 where handle = 'far/item-700'`
    expect(await first()).toBe('far/item-700')
    expect(await stale()).toBe(1)
    expect(await isDue()).toBe(false)
  })

  it('keeps its places when many move, and takes them along with the next rebuild, which becomes due', async () => {
    await database.admin`update catalog.marketplace_catalog_rows set hot_score = 10000 - hot_score`
    expect(await stale()).toBe(1)
    expect(await first()).toBe('far/item-700')
    expect(await isDue()).toBe(false)
    await age('2 hours')
    expect(await isDue()).toBe(true)
    await rebuilder.tendIndex()
    expect(await first()).toBe(`far/item-${COUNT}`)
    expect(await stale()).toBe(0)
    expect(await isDue()).toBe(false)
    // Not due: nothing is built.
    await rebuilder.tendIndex()
    const builds = await database.admin`select from catalog.search_builds`
    expect(builds).toHaveLength(2)
  }, 60_000)

  it('is put in order again when many rows were written, however short their change', async () => {
    await database.admin`
      insert into catalog.search_stale_places (place) select i from generate_series(0, 1999) i on conflict do nothing`
    expect(await isDue()).toBe(false)
    await age('11 minutes')
    expect(await isDue()).toBe(true)
    await database.admin`delete from catalog.search_stale_places`
  })

  it('is for operators and the service to judge', async () => {
    const user = await database.createUser()
    await expect(database.asUser(user, (sql) => sql`select catalog.is_search_rebuild_due()`)).rejects.toThrow(
      /operators/,
    )
    await expect(database.asAnon((sql) => sql`select catalog.is_search_rebuild_due()`)).rejects.toThrow(
      /permission denied/,
    )
  })

  it('counts words as often as entries have them, and forgets those that none has', async () => {
    const countOf = async (key: string) => {
      const [row] = await database.admin<{ count: number }[]>`
        select document_count as count from catalog.search_keys where key = ${key}`
      return row?.count
    }
    await database.admin`select catalog.refresh_search_statistics()`
    expect(await countOf('w:thing')).toBe(COUNT)
    await database.admin`delete from catalog.marketplace_catalog_rows where handle = 'far/item-9'`
    await database.admin`update catalog.marketplace_catalog_rows
      set search = catalog.search_document('Item', '', 'A gadget.', '') where handle like 'far/item-1_'`
    await rebuilder.rebuildIndex('service')
    expect(await countOf('w:thing')).toBe(COUNT - 11)
    expect(await countOf('w:gadget')).toBe(10)
    expect(await countOf('w:9')).toBe(0)
  }, 60_000)
})
