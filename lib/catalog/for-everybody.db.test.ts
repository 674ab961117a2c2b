import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type * as cachePurge from '#lib/platform/cache-purge'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as catalog from './for-everybody.ts'

describe('what everybody may see, kept in the process', () => {
  let database: TestDatabase
  let reads: typeof catalog
  let purging: typeof cachePurge
  let closeDatabase: typeof db.closeDatabase
  let owner: string

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    await publishAs(database, owner, { id: 'acme/tool' })
    useDatabase(database)
    reads = await import('./for-everybody.ts')
    purging = await import('#lib/platform/cache-purge')
    ;({ closeDatabase } = await import('#lib/platform/db'))
    // Opens the connection, whose first statement asks for types.
    await reads.categoriesForEverybody()
  }, 60_000)
  beforeEach(() => purging.purge([purging.ALL_TAGS]))
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

  const kinds: [name: string, read: () => Promise<unknown>][] = [
    ['home', () => reads.homeForEverybody()],
    ['the categories', () => reads.categoryDetailsForEverybody()],
    ['a package', () => reads.packageForEverybody('acme/tool')],
    ['a store', () => reads.storeForEverybody('acme')],
  ]
  it.each(kinds)('%s takes at most two statements, and none while it is kept', async (_, read) => {
    const first = await statementsOf(() => Promise.all([read(), read(), read()]))
    expect(first).toBeGreaterThanOrEqual(1)
    expect(first).toBeLessThanOrEqual(2)
    expect(await statementsOf(read)).toBe(0)
  })

  it('is asked for anew once it is called back', async () => {
    const before = await reads.packageForEverybody('acme/tool')
    await publishAs(database, owner, { id: 'acme/tool', version: '2.0.0' })
    expect((await reads.packageForEverybody('acme/tool'))?.version).toBe(before?.version)
    purging.purge(['package:acme/tool'])
    expect((await reads.packageForEverybody('acme/tool'))?.version).toBe('2.0.0')
  })

  it('keeps nothing of what strangers may not see', async () => {
    expect(await reads.packageForEverybody('acme/later')).toBeNull()
    await publishAs(database, owner, { id: 'acme/later' })
    expect((await reads.packageForEverybody('acme/later'))?.page.handle).toBe('acme/later')
  })
})
