import postgres from 'postgres'
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
    await database.admin`select catalog.begin_search_build(false)`
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
    await rebuilder.rebuildIndex('service', ({ part, done }) => {
      if (part === 'entries') built.push(done)
    })
    const [last] = await database.admin<
      { id: number }[]
    >`select max(id)::int as id from catalog.search_builds`
    expect(last).toEqual(first)
    expect(built.at(-1)).toBe(COUNT)
    expect(await totalOf('item')).toBe(COUNT - 1)
  })

  it('compiles what a writer changed who was under way when it began', async () => {
    const writer = postgres(database.adminUrl, { max: 1, onnotice: () => undefined })
    let isBuilt = false
    let rebuild: Promise<unknown> = Promise.resolve()
    try {
      await writer.begin(async (sql) => {
        await sql`update catalog.packages set display_name = 'Overtaken' where handle = 'acme/item-5'`
        await sql`select catalog.index_package(id) from catalog.packages where handle = 'acme/item-5'`
        rebuild = rebuilder.rebuildIndex('service').finally(() => (isBuilt = true))
        await expect
          .poll(() => database.admin`select from catalog.search_builds where finished_at is null`)
          .toHaveLength(1)
        // It reads no row as long as this change may still come.
        const waits = () => database.admin`select from pg_stat_activity
          where datname = current_database() and query like '%await_older_writers%' and wait_event = 'PgSleep'`
        await expect.poll(waits).toHaveLength(1)
        expect(isBuilt).toBe(false)
      })
      await rebuild
    } finally {
      await writer.end()
    }
    const { settleColumns } = await import('./facet-columns.ts')
    await settleColumns()
    expect(await totalOf('overtaken')).toBe(1)
    const found = await database.admin`
      select from catalog.search_rows s join catalog.marketplace_catalog_rows r using (row_id)
      where r.handle = 'acme/item-5'
        and s.keys @> array(select id from catalog.search_keys where key = 'n:overtaken')`
    expect(found).toHaveLength(1)
  })

  it('gives up, and says why, when a change of the catalogue does not end', async () => {
    await database.admin`select catalog.begin_search_build()`
    const waiting = postgres(database.adminUrl, { max: 1, onnotice: () => undefined })
    try {
      await waiting.begin(async (sql) => {
        await sql`update catalog.marketplace_catalog_rows set updated_at = updated_at where handle = 'acme/item-6'`
        await expect(
          database.asService((service) => service`select catalog.await_older_writers(interval '50 ms')`),
        ).rejects.toMatchObject({ code: 'SK409' })
      })
    } finally {
      await waiting.end()
    }
    await rebuilder.rebuildIndex('service')
  })

  it('leaves out no row of two registries that share handles, wherever its batches end', async () => {
    await database.admin`
      insert into catalog.marketplace_catalog_rows
      select (jsonb_populate_record(r, jsonb_build_object('registry_id', 'twin', 'registry_url', 'https://twin.example',
        'package_id', null, 'row_id', nextval(pg_get_serial_sequence('catalog.marketplace_catalog_rows', 'row_id'))))).*
      from catalog.marketplace_catalog_rows r where r.registry_id = 'local'`
    const twins = await database.admin`select from catalog.marketplace_catalog_rows`
    await database.admin`select catalog.begin_search_build()`
    for (let isFilled = false; !isFilled;) {
      const [row] = await database.admin<
        { step: { isFilled: boolean } }[]
      >`select catalog.step_search_build(3) as step`
      isFilled = row?.step.isFilled ?? true
    }
    expect(await database.admin`select from catalog.search_rows_next`).toHaveLength(twins.length)
    await rebuilder.rebuildIndex('service')
    await database.admin`delete from catalog.marketplace_catalog_rows where registry_id = 'twin'`
  })

  it('reads the packages anew for whoever asked for it, also when it joins one that only orders', async () => {
    await database.admin`select catalog.begin_search_build(false)`
    await database.admin`select catalog.step_search_build(10)`
    await database.admin`
      update catalog.marketplace_catalog_rows set display_name = 'Out of step' where handle = 'acme/item-7'`
    const told = new Set<string>()
    await rebuilder.rebuildIndex('service', ({ part }) => told.add(part))
    expect([...told]).toEqual(['packages', 'entries'])
    const [row] = await database.admin<{ name: string }[]>`
      select display_name as name from catalog.marketplace_catalog_rows where handle = 'acme/item-7'`
    expect(row?.name).toBe('Common')
  })

  it('does not end before the packages of whoever joined it are read', async () => {
    await database.admin`select catalog.begin_search_build(false)`
    for (let isFilled = false; !isFilled;) {
      const [step] = await database.admin<
        { step: { isFilled: boolean } }[]
      >`select catalog.step_search_build(100) as step`
      isFilled = step?.step.isFilled ?? true
    }
    await database.admin`select catalog.begin_search_build(true)`
    await database.admin`select catalog.index_search_build()`
    await expect(database.admin`select catalog.finish_search_build()`).rejects.toMatchObject({
      code: 'SK409',
    })
    expect(await rebuilder.rebuildIndex('service')).toBe(COUNT)
  })

  it('tells how many packages and entries are done', async () => {
    const told: string[] = []
    await rebuilder.rebuildIndex('service', ({ part, done, total }) => told.push(`${part} ${done}/${total}`))
    const [{ packages } = { packages: 0 }] = await database.admin<{ packages: number }[]>`
      select count(*)::int as packages from catalog.packages`
    expect(told).toContain(`packages ${packages}/${packages}`)
    expect(told.at(-1)).toBe(`entries ${COUNT}/${COUNT}`)
  })

  it('is one rebuild however many ask for it at once, which has begun when they are answered', async () => {
    const operator = userActor(await database.createUser({ appMetadata: { role: 'operator' } }), 'operator')
    const latest = async () =>
      (await database.admin<{ id: number }[]>`select max(id)::int as id from catalog.search_builds`)[0]?.id ??
      0
    const before = await latest()
    const answers = await Promise.all([1, 2, 3].map(() => rebuilder.startIndexRebuild(operator)))
    for (const answer of answers) expect(answer).toMatchObject({ id: answers[0]?.id })
    expect(answers[0]?.id).toBeGreaterThan(before)
    await expect
      .poll(() => database.admin`select from catalog.search_builds where finished_at is null`)
      .toHaveLength(0)
    expect(await latest()).toBe(answers[0]?.id)
  })

  it('ends well for each of two processes that share it', async () => {
    const rebuild = () => rebuilder.rebuildIndex('service')
    expect(await Promise.all([rebuild(), rebuild()])).toEqual([COUNT, COUNT])
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
