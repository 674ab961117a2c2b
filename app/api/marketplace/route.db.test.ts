import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../../scripts/testing/database.ts'
import { createMarket } from '../../../scripts/testing/market.ts'
import { useDatabase } from '../../../scripts/testing/web-settings.ts'
import type { MarketplacePage } from '../../../lib/search/schemas.ts'

describe('GET /api/marketplace', () => {
  let database: TestDatabase
  let get: (query: string) => Promise<Response>
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await createMarket(database)
    useDatabase(database)
    process.env.SEARCH_BUDGET_MS = '2000'
    const { GET } = await import('./route.ts')
    get = (query) =>
      GET(new Request(`http://souk.test/api/marketplace?${query}`), { params: Promise.resolve({}) })
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  it('may be kept for a minute when it is whole', async () => {
    const answer = await get('q=acme')
    expect(answer.headers.get('cache-control')).toContain('s-maxage=60')
  })

  it('is kept by nobody when the time ran out', async () => {
    const answer = await database.admin.begin(async (sql) => {
      await sql`lock table catalog.marketplace_catalog_rows in access exclusive mode`
      return await get('q=acme')
    })
    expect(((await answer.json()) as MarketplacePage).meta).toMatchObject({ incomplete: true })
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  }, 20_000)
})
