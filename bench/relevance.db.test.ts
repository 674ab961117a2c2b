import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import type * as publishing from '#lib/publishing/publish-version'
import type * as listing from '#lib/search/list-marketplace'
import { marketplaceQuerySchema } from '#lib/search/schemas'
import { createTestDatabase, type TestDatabase } from '../scripts/testing/database.ts'
import { userActor, useDatabase } from '../scripts/testing/web-settings.ts'
import { mapRegistryEntries } from '../supabase/seeds/mcp-registry-mapping.ts'
import { labelledQueries } from './labelled-queries.ts'

const SOURCE = 'supabase/seeds/mcp-registry-2025-05-16.json'

describe('relevance on the real entries', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    useDatabase(database)
    const operator = userActor(await database.createUser({ appMetadata: { role: 'operator' } }), 'operator')
    const { imports } = mapRegistryEntries(JSON.parse(await readFile(SOURCE, 'utf8')) as unknown[])
    const namespaces = [...new Set(imports.map(({ handle }) => handle.split('/')[0] ?? ''))]
    await database.admin`
      with store as (insert into catalog.stores (slug, name, product_type) values ('registry', 'Registry', 'house') returning id)
      insert into catalog.namespaces (name, store_id) select name, store.id from unnest(${namespaces}::text[]) name, store`
    const { publishVersion }: typeof publishing = await import('#lib/publishing/publish-version')
    const queue = imports.values()
    const worker = async () => {
      for (const { yaml, category } of queue) {
        await publishVersion(operator, new TextEncoder().encode(yaml), { category })
      }
    }
    await Promise.all([worker(), worker(), worker()])
    await database.admin`select catalog.refresh_search_statistics()`
    ;({ listMarketplace } = await import('#lib/search/list-marketplace'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 240_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  async function reciprocalRank(q: string, relevant: readonly string[]): Promise<number> {
    const { items } = await listMarketplace(marketplaceQuerySchema.parse({ q, limit: '50' }))
    const place = items.findIndex(({ handle }) => relevant.includes(handle))
    return place < 0 ? 0 : 1 / (place + 1)
  }

  it('answers what people look for near the top: mean reciprocal rank of at least 0.85', async () => {
    const queries = Object.entries(labelledQueries)
    expect(queries.length).toBeGreaterThanOrEqual(60)
    const ranks = await Promise.all(
      queries.map(async ([q, relevant]) => ({ q, rank: await reciprocalRank(q, relevant) })),
    )
    const mean = ranks.reduce((sum, { rank }) => sum + rank, 0) / ranks.length
    const weak = ranks.filter(({ rank }) => rank < 0.5).map(({ q, rank }) => `${q}: ${rank.toFixed(2)}`)
    expect(mean, `MRR ${mean.toFixed(3)}; weak: ${weak.join(', ')}`).toBeGreaterThanOrEqual(0.85)
    process.stdout.write(
      `MRR ${mean.toFixed(3)} over ${ranks.length} queries; weak: ${weak.join(', ') || 'none'}\n`,
    )
  })

  it('labels only entries that exist', async () => {
    const rows = await database.admin<
      { handle: string }[]
    >`select handle from catalog.marketplace_catalog_rows`
    const handles = new Set(rows.map(({ handle }) => handle))
    const unknown = Object.values(labelledQueries)
      .flat()
      .filter((handle) => !handles.has(handle))
    expect(unknown).toEqual([])
  })
})
