import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { marketplacePageSchema, marketplaceQuerySchema } from './schemas.ts'

describe('the catalogue past an empty index', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    const owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (let index = 0; index < 7; index += 1) {
      await publishAs(database, owner, {
        id: `acme/item-${index}`,
        metadata: {
          name: `Item ${index}`,
          description: 'A thing.',
          tags: [`parity:${index % 2 ? 'odd' : 'even'}`],
        },
      })
    }
    await database.admin`update catalog.packages set status = 'quarantined' where handle = 'acme/item-6'`
    await database.admin`delete from catalog.marketplace_catalog_rows`
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const list = (raw: Record<string, unknown>) => listMarketplace(marketplaceQuerySchema.parse(raw))

  it('answers from the base tables and says so', async () => {
    const page = marketplacePageSchema.parse(await list({ sort: 'handle' }))
    expect(page.items.map(({ handle }) => handle)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `acme/item-${n}`))
    expect(page.meta).toMatchObject({ catalog: 'db_fallback', total: 6, totalIsExact: true })
    expect(page.meta.tags).toEqual([
      { key: 'parity', value: 'even', count: 3 },
      { key: 'parity', value: 'odd', count: 3 },
    ])
  })

  it('filters, searches and pages there, too', async () => {
    expect((await list({ tags: ['parity:odd'] })).meta.total).toBe(3)
    expect((await list({ q: 'item 4' })).items.map(({ handle }) => handle)).toEqual(['acme/item-4'])
    const first = await list({ sort: 'name', limit: '4' })
    const second = await list({ sort: 'name', limit: '4', cursor: first.meta.nextCursor })
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(
      [0, 1, 2, 3, 4, 5].map((n) => `Item ${n}`),
    )
    expect(second.meta.nextCursor).toBeNull()
  })
})
