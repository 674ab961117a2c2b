import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { marketplacePageSchema, marketplaceQuerySchema } from './schemas.ts'

describe('MARKETPLACE_CATALOG_SOURCE=live', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await createMarket(database)
    // What the index says of this entry is no longer so; what is on the shelf is.
    await database.admin`delete from catalog.marketplace_catalog_rows where handle = 'house/base'`
    useDatabase(database)
    process.env.MARKETPLACE_CATALOG_SOURCE = 'live'
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    delete process.env.MARKETPLACE_CATALOG_SOURCE
    await closeDatabase()
    await database.drop()
  })

  const list = async (raw: Record<string, unknown> = {}) =>
    marketplacePageSchema.parse(await listMarketplace(marketplaceQuerySchema.parse(raw)))
  const handles = async (raw: Record<string, unknown>) => (await list(raw)).items.map(({ handle }) => handle)

  it('answers from the base tables while the index stands, and only what is on the shelf', async () => {
    const page = await list({ sort: 'handle' })
    expect(page.items.map(({ handle }) => handle)).toEqual(['acme/free', 'acme/paid', 'house/base'])
    expect(page.meta).toMatchObject({ catalog: 'live', total: 3, totalIsExact: true, incomplete: false })
    expect(page.meta.facets.prices).toEqual([
      { value: 'free', count: 2 },
      { value: 'paid', count: 1 },
    ])
  })

  it('filters by price, rating, store, registry and tags', async () => {
    expect(await handles({ price: 'paid' })).toEqual(['acme/paid'])
    expect(await handles({ rating: '4' })).toEqual(['acme/free'])
    expect(await handles({ rating: '5' })).toEqual([])
    expect(await handles({ seller: 'acme', sort: 'handle' })).toEqual(['acme/free', 'acme/paid'])
    expect(await handles({ registryUrl: 'local', tags: ['state:free'] })).toEqual(['acme/free'])
    expect(await handles({ q: 'state:paid' })).toEqual(['acme/paid'])
    expect(await handles({ q: 'state:nowhere' })).toEqual([])
  })

  it('pages by offset and by cursor alike, also while searching', async () => {
    const first = await list({ q: 'acme', limit: '1' })
    const cursor = first.meta.nextCursor ?? ''
    expect(await handles({ q: 'acme', limit: '1', cursor })).toEqual(
      await handles({ q: 'acme', limit: '1', offset: '1' }),
    )
    expect(
      new Set([...first.items.map(({ handle }) => handle), ...(await handles({ q: 'acme', cursor }))]),
    ).toEqual(new Set(['acme/free', 'acme/paid']))
  })
})
