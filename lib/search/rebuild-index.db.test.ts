import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { userActor, useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import type * as rebuilding from './rebuild-index.ts'
import { marketplaceQuerySchema } from './schemas.ts'

const COUNT = 40

describe('the rebuild of the search index', () => {
  let database: TestDatabase
  let owner: string
  let listMarketplace: typeof listing.listMarketplace
  let rebuilder: typeof rebuilding
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (let index = 0; index < COUNT; index += 1) await publish(`acme/item-${index}`, 'Common')
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    rebuilder = await import('./rebuild-index.ts')
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const publish = (id: string, name: string, version = '1.0.0') =>
    publishAs(database, owner, { id, version, metadata: { name, description: 'A thing.' } })
  const list = (q: string) => listMarketplace(marketplaceQuerySchema.parse({ q }))
  const totalOf = async (q: string) => (await list(q)).meta.total
  /** Until this process counts by the rebuild that stands. */
  const followed = async () => {
    const { settleColumns } = await import('./facet-columns.ts')
    await list('common')
    await settleColumns()
  }
  const rowsOf = async () =>
    await database.admin<{ row_id: number; keys: number[]; facets: string }[]>`
      select row_id, array(select unnest(keys) order by 1) as keys,
        (select string_agg(c, '' order by c) from regexp_split_to_table(facets, '') c) as facets
      from catalog.search_rows order by row_id`

  it('yields what the triggers had kept', async () => {
    const before = await rowsOf()
    expect(await rebuilder.rebuildIndex('service')).toBe(COUNT)
    expect(await rowsOf()).toEqual(before)
    expect(before).toHaveLength(COUNT)
  })

  it('counts facets from memory as from rows, also of what was written and withdrawn since', async () => {
    await followed()
    const facetsOf = async (q: string) => (await list(q)).meta.facets
    const fromMemory = await facetsOf('common')
    expect(fromMemory.kinds.reduce((sum, { count }) => sum + count, 0)).toBe(COUNT)
    await publish('acme/fresh', 'Common')
    await publish('acme/item-1', 'Common again', '1.1.0')
    await database.admin`update catalog.packages set is_available = false where handle = 'acme/item-2'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/item-2'`
    const changed = await list('common')
    expect(changed.meta).toMatchObject({ total: COUNT, totalIsExact: true })
    expect(changed.meta.facets).toEqual(fromMemory)
    await database.admin`update catalog.packages set is_available = true where handle = 'acme/item-2'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/item-2'`
    await database.admin`update catalog.packages set is_available = false where handle = 'acme/fresh'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/fresh'`
    expect((await list('common')).meta).toMatchObject({ total: COUNT, facets: fromMemory })
  })

  it('hands out the places of keys as the rows have them, and none of another rebuild', async () => {
    await followed()
    const { heldKeys, settlePostings } = await import('./held-postings.ts')
    const { firstOf, meet } = await import('./place-sets.ts')
    const { currentColumns } = await import('./facet-columns.ts')
    const columns = currentColumns()
    const found = await database.admin<{ id: number }[]>`
      select id from catalog.search_keys where key in ('w:common', 'w:thing', 'p:free') order by id`
    const keys = { all: found.map(({ id }) => id), any: [], none: [] }
    expect(keys.all).toHaveLength(3)
    expect(heldKeys(keys, columns)).toBeNull()
    await settlePostings()
    const held = heldKeys(keys, columns)
    const [{ places } = { places: [] }] = await database.admin<{ places: number[] }[]>`
      select array_agg(place order by place) as places from catalog.search_rows
      where keys @> ${keys.all}::int[] and place is not null`
    const stale = await database.admin<{ place: number }[]>`select place from catalog.search_stale_places`
    const lost = new Set(stale.map(({ place }) => place))
    expect(held && [...firstOf(meet(held, columns.size), 1_000)].filter((place) => !lost.has(place))).toEqual(
      places,
    )
    expect(heldKeys(keys, { ...columns, base: columns.base + 1 })).toBeNull()
    await settlePostings()
    expect(heldKeys(keys, { ...columns, base: columns.base + 1 })).toBeNull()
  })

  it('mends rows that were lost or spoilt', async () => {
    const before = await rowsOf()
    await database.admin`delete from catalog.search_rows where row_id % 2 = 0`
    await database.admin`update catalog.search_rows set keys = '{}'`
    await rebuilder.rebuildIndex('service')
    expect(await rowsOf()).toEqual(before)
  })

  it('never shows readers an empty or partial index', async () => {
    let isDone = false
    const totals = new Set<number>()
    const reader = async () => {
      while (!isDone) totals.add(await totalOf('common'))
    }
    const readers = [reader(), reader(), reader()]
    await rebuilder.rebuildIndex('service')
    isDone = true
    await Promise.all(readers)
    expect([...totals]).toEqual([COUNT])
  })

  it('applies what is published, changed and withdrawn while it runs', async () => {
    await database.admin`select catalog.begin_search_build()`
    await database.admin`select catalog.step_search_build(10)`
    await publish('acme/late', 'Latecomer')
    await publish('acme/item-3', 'Renamed', '2.0.0')
    await database.admin`update catalog.packages set is_available = false where handle = 'acme/item-4'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/item-4'`
    expect([await totalOf('latecomer'), await totalOf('renamed'), await totalOf('item 4')]).toEqual([1, 1, 0])
    for (let isFilled = false; !isFilled;) {
      const [row] = await database.admin<
        { step: { isFilled: boolean } }[]
      >`select catalog.step_search_build(10) as step`
      isFilled = row?.step.isFilled ?? true
    }
    await database.admin`select catalog.index_search_build()`
    await database.admin`select catalog.finish_search_build()`
    expect([await totalOf('latecomer'), await totalOf('renamed'), await totalOf('item 4')]).toEqual([1, 1, 0])
    expect(await totalOf('item')).toBe(COUNT - 1)
  })

  it('goes on where an interrupted one stopped, while the old index answers', async () => {
    await database.admin`select catalog.begin_search_build()`
    await database.admin`select catalog.step_search_build(15)`
    const [first] = await database.admin<{ id: number }[]>`select catalog.begin_search_build()::int as id`
    expect(await totalOf('item')).toBe(COUNT - 1)
    const built: number[] = []
    await rebuilder.rebuildIndex('service', ({ builtRows }) => built.push(builtRows))
    const [last] = await database.admin<
      { id: number }[]
    >`select max(id)::int as id from catalog.search_builds`
    expect(last).toEqual(first)
    expect(built.at(-1)).toBe(COUNT)
    expect(await totalOf('item')).toBe(COUNT - 1)
  })

  it('is for operators only', async () => {
    const anybody = userActor(await database.createUser())
    await expect(rebuilder.rebuildIndex(anybody)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(rebuilder.startIndexRebuild(anybody)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(database.asAnon((sql) => sql`select catalog.begin_search_build()`)).rejects.toThrow(
      /permission denied/,
    )
    const operator = userActor(await database.createUser({ appMetadata: { role: 'operator' } }), 'operator')
    expect(await rebuilder.rebuildIndex(operator)).toBe(COUNT)
  })
})
