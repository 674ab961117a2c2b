import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { marketplaceQuerySchema } from './schemas.ts'
import type * as suggesting from './suggest.ts'

/** Counted by the server itself, whatever the code between believes. */
describe('statements a catalogue request', () => {
  let database: TestDatabase
  let owner: string
  let listMarketplace: typeof listing.listMarketplace
  let suggest: typeof suggesting.suggest
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (let index = 0; index < 30; index += 1) {
      await publishAs(database, owner, {
        id: `acme/item-${index}`,
        metadata: { name: `Docker ${index}`, description: 'Runs containers.', tags: ['topic:docker'] },
      })
    }
    useDatabase(database)
    process.env.SEARCH_BUDGET_MS = '2000'
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ suggest } = await import('./suggest.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
    const { rebuildIndex } = await import('./rebuild-index.ts')
    await rebuildIndex('service')
    // Opens the connection, whose first statement asks for types, and reads the facets of the rebuild.
    await listMarketplace(marketplaceQuerySchema.parse({ q: 'docker' }))
    const { settleColumns } = await import('./facet-columns.ts')
    await settleColumns()
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  async function statementsOf(work: () => Promise<unknown>): Promise<number> {
    const count = async () => {
      const rows = await database.admin<{ calls: number }[]>`
        select coalesce(sum(calls), 0)::int as calls from extensions.pg_stat_statements
        where toplevel and userid = 'anon'::regrole
          and dbid = (select oid from pg_database where datname = current_database())`
      return rows[0]?.calls ?? 0
    }
    const before = await count()
    await work()
    return (await count()) - before
  }

  const requests: [name: string, query: Record<string, unknown>][] = [
    ['the whole listing', {}],
    ['words', { q: 'docker' }],
    ['a beginning', { q: 'dock' }],
    ['a slip', { q: 'dockre' }],
    ['a phrase, an exclusion and a tag', { q: '"docker 1" -runs topic:docker' }],
    ['filters', { q: 'docker', kind: 'prompt', price: 'free', tags: ['topic:docker'], rating: '1' }],
    ['another order', { q: 'docker', sort: 'name' }],
    ['words that nobody uses', { q: 'qqqqq zzzzz' }],
  ]
  it.each(requests)('are at most two for %s, and for its next page', async (_, query) => {
    const ask = (more: Record<string, unknown> = {}) =>
      listMarketplace(marketplaceQuerySchema.parse({ ...query, limit: '5', ...more }))
    let cursor: string | null = null
    const first = await statementsOf(async () => {
      cursor = (await ask()).meta.nextCursor
    })
    expect(first).toBeGreaterThanOrEqual(1)
    expect(first).toBeLessThanOrEqual(2)
    if (cursor !== null) expect(await statementsOf(() => ask({ cursor }))).toBeLessThanOrEqual(2)
  })

  it('are one for words that are remembered, and two once something was published', async () => {
    const ask = (q: string) => listMarketplace(marketplaceQuerySchema.parse({ q }))
    await ask('docker runs')
    expect(await statementsOf(() => ask('docker runs'))).toBe(1)
    expect(await statementsOf(() => ask('runs docker '))).toBeLessThanOrEqual(2)
    await publishAs(database, owner, {
      id: 'acme/runner',
      metadata: { name: 'Docker runs', description: 'Newcomer.' },
    })
    const found: string[] = []
    expect(
      await statementsOf(async () => {
        found.push(...(await ask('docker runs')).items.map(({ handle }) => handle))
      }),
    ).toBe(2)
    expect(found[0]).toBe('acme/runner')
    await database.admin`update catalog.packages set is_available = false where handle = 'acme/runner'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/runner'`
    expect((await ask('docker runs')).items.map(({ handle }) => handle)).not.toContain('acme/runner')
  })

  it('are at most two for suggestions, and one for the same again', async () => {
    for (const typed of ['d', 'doc', 'docker 1', 'acme/i', 'dokcer']) {
      expect(await statementsOf(() => suggest(typed))).toBeLessThanOrEqual(2)
      expect(await statementsOf(() => suggest(typed))).toBe(1)
    }
  })

  /** While a table of the index is locked, so that every statement that reads it takes longer than any budget. */
  async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
    const result = await database.admin.begin(async (sql) => {
      await sql.unsafe(`lock table catalog.${table} in access exclusive mode`)
      return { value: await work() }
    })
    return result.value
  }

  it('over budget a search answers with what a short walk finds, says so, and goes on from there', async () => {
    const ask = (more: Record<string, unknown> = {}) =>
      listMarketplace(marketplaceQuerySchema.parse({ q: 'docker', limit: '20', ...more }))
    const seen: string[] = []
    const first = await whileLocked('search_stale_places', ask)
    expect(first.meta).toMatchObject({ incomplete: true, totalIsExact: false })
    expect(first.items).toHaveLength(20)
    seen.push(...first.items.map(({ handle }) => handle))
    const second = await ask({ cursor: first.meta.nextCursor ?? '' })
    seen.push(...second.items.map(({ handle }) => handle))
    expect(second.meta).toMatchObject({ incomplete: false, nextCursor: null })
    expect(new Set(seen).size).toBe(30)
    expect(seen).toHaveLength(30)
  }, 30_000)

  it('over budget after ranked packages a search finds nothing, says so, and leads back to the same place', async () => {
    const ask = (more: Record<string, unknown> = {}) =>
      listMarketplace(marketplaceQuerySchema.parse({ q: 'docker', limit: '5', ...more }))
    const cursor = (await ask()).meta.nextCursor ?? ''
    const answer = await whileLocked('search_stale_places', () => ask({ cursor }))
    expect(answer).toMatchObject({ items: [], meta: { incomplete: true, nextCursor: cursor } })
    expect((await ask({ cursor })).items).toHaveLength(5)
  }, 30_000)

  it('over budget in saying what the words mean, a search and suggestions answer nothing, and say so', async () => {
    const answer = await whileLocked('search_keys', () =>
      listMarketplace(marketplaceQuerySchema.parse({ q: 'dockers container' })),
    )
    expect(answer).toMatchObject({ items: [], meta: { incomplete: true, totalIsExact: false } })
    expect(await whileLocked('search_keys', () => suggest('dockerx'))).toEqual({
      queries: [],
      packages: [],
      tags: [],
      incomplete: true,
    })
  }, 30_000)
})
