import { afterAll, beforeAll, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { marketplaceQuerySchema } from './schemas.ts'

let database: TestDatabase
let listMarketplace: typeof listing.listMarketplace
let closeDatabase: typeof db.closeDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await replaceCategories(database)
  const owner = await database.createUser()
  await openStoreAs(database, owner, 'acme')
  // More tags than one answer teaches, and then the one that counts.
  await database.admin`
    insert into catalog.search_keys (id, key, document_count)
    select catalog.next_key_id('t:many:' || n), 't:many:' || n, 0 from generate_series(1, 100050) n`
  await publishAs(database, owner, {
    id: 'acme/late',
    metadata: { name: 'Late', description: 'A thing.', tags: ['late:comer'] },
  })
  useDatabase(database)
  ;({ listMarketplace } = await import('./list-marketplace.ts'))
  ;({ closeDatabase } = await import('#lib/platform/db'))
}, 60_000)
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

it('the first answers of a process name every tag, however many there are', async () => {
  const answers = await Promise.all(
    ['late', 'thing'].map((q) => listMarketplace(marketplaceQuerySchema.parse({ q }))),
  )
  for (const { meta } of answers) expect(meta.tags).toEqual([{ key: 'late', value: 'comer', count: 1 }])
})
