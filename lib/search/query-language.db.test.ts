import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { listLive } from './list-live.ts'
import type { MarketplacePage } from './schemas.ts'
import { marketplaceQuerySchema } from './schemas.ts'

const SHELF: Record<string, { name: string; description: string; tags?: string[] }> = {
  composer: { name: 'Runner', description: 'Runs docker compose files.', tags: ['topic:containers'] },
  checker: { name: 'Linter', description: 'Checks docker images.', tags: ['topic:containers'] },
  server: { name: 'Server', description: 'Serves node.js apps.' },
  watcher: { name: 'Watcher', description: 'Watches a node cluster.' },
  charts: { name: 'Charts', description: 'Charts in js.' },
  scripts: { name: 'Helper', description: 'Helps deno scripts.' },
  foo: { name: 'Foo', description: 'Nothing else.' },
  errands: { name: 'To Do', description: 'Keeps errands.' },
  chase: { name: 'Chase', description: 'A wild goose chase.' },
  pond: { name: 'Pond', description: 'Feeds each goose in the wild.' },
}

/** What people type, and exactly which packages it means, whatever their order. */
const MEANINGS: [q: string, names: string[]][] = [
  ['docker', ['composer', 'checker']],
  ['dock', ['composer', 'checker']],
  ['docker -compose', ['checker']],
  ['docker -images -compose', []],
  ['-docker goose', ['chase', 'pond']],
  ['goose -wild', []],
  ['goose -"wild goose"', ['pond']],
  ['"wild goose"', ['chase']],
  ['"goose wild"', []],
  ['wild goose', ['chase', 'pond']],
  ['foo or deno', ['foo', 'scripts']],
  ['foo or node.js', ['foo', 'server']],
  ['node.js or deno', ['server', 'scripts']],
  ['node.js or deno.scripts or foo', ['server', 'scripts', 'foo']],
  ['node.js', ['server']],
  ['foo or "wild goose"', ['foo', 'chase']],
  ['"wild goose" or dock', ['chase', 'composer', 'checker']],
  ['"node js" or charts', ['server', 'charts']],
  ['"to do"', ['errands']],
  ['docker -"to do"', ['composer', 'checker']],
  ['-"to do" errands', []],
  ['errands or "to do"', ['errands']],
  ['topic:containers', ['composer', 'checker']],
  ['topic:containers -files', ['checker']],
  ['topic:containers check', ['checker']],
  ['foo or docker topic:containers', ['composer', 'checker']],
  ['topic:containers imag -compose', ['checker']],
  ['docker or topic:containers goose', []],
  ['***', []],
]

describe('what is typed into the box', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    const owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (const [name, metadata] of Object.entries(SHELF)) {
      await publishAs(database, owner, { id: `acme/${name}`, metadata: { tags: [], ...metadata } })
    }
    await database.admin`select catalog.refresh_search_statistics()`
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const namesOf = ({ items }: MarketplacePage) =>
    items.map(({ handle }) => handle.replace('acme/', '')).sort()

  it.each(MEANINGS)('%s means the same in the index and in the base tables', async (q, names) => {
    const query = marketplaceQuerySchema.parse({ q })
    const indexed = await listMarketplace(query)
    expect({ index: namesOf(indexed) }).toEqual({ index: [...names].sort() })
    expect(indexed.meta).toMatchObject({ catalog: 'db', total: names.length, totalIsExact: true })
    const live = await listLive({ query, q, sort: 'relevance', offset: 0, catalog: 'live' })
    expect({ live: namesOf(live) }).toEqual({ live: [...names].sort() })
    expect(live.meta).toMatchObject({ catalog: 'live', total: names.length })
  })

  it('means the same once the rows have places in a rebuild', async () => {
    const { rebuildIndex } = await import('./rebuild-index.ts')
    const { settleColumns } = await import('./facet-columns.ts')
    const { settlePostings } = await import('./held-postings.ts')
    await rebuildIndex('service')
    for (let round = 0; round < 2; round += 1) {
      for (const [q, names] of MEANINGS) {
        expect({ [q]: namesOf(await listMarketplace(marketplaceQuerySchema.parse({ q }))) }).toEqual({
          [q]: [...names].sort(),
        })
      }
      await settleColumns()
      await settlePostings()
    }
  })
})
