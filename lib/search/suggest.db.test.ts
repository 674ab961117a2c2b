import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import { suggestionsSchema } from './schemas.ts'
import type * as suggesting from './suggest.ts'

describe('suggest', () => {
  let database: TestDatabase
  let owner: string
  let suggest: typeof suggesting.suggest
  let closeDatabase: typeof db.closeDatabase

  const publish = (id: string, name: string, tags: string[] = []) =>
    publishAs(database, owner, { id, metadata: { name, description: 'Runs containers.', tags } })

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    await publish('acme/docker-tools', 'Docker Tools', ['topic:docker', 'stack:go'])
    await publish('acme/document-reader', 'Document Reader', ['topic:documents'])
    await publish('acme/memory', 'Memory Keeper', ['topic:memory'])
    for (let index = 0; index < 12; index += 1)
      await publish(`acme/many-${index}`, `Many ${index}`, [`many:m${index}`])
    await database.admin`select catalog.refresh_search_statistics()`
    await database.admin`insert into catalog.popular_searches (query, search_count) values ('docker compose', 9), ('memory', 3)`
    useDatabase(database)
    ;({ suggest } = await import('./suggest.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const names = async (q: string) => (await suggest(q)).packages.map(({ name }) => name).sort()
  const tags = async (q: string) => (await suggest(q)).tags.map(({ key, value }) => `${key}:${value}`).sort()

  it('finds packages by the beginning of any word of their names', async () => {
    expect(await names('doc')).toEqual(['Docker Tools', 'Document Reader'])
    expect(await names('dock')).toEqual(['Docker Tools'])
    expect(await names('docker to')).toEqual(['Docker Tools'])
    expect(await names('keep')).toEqual(['Memory Keeper'])
    expect(await names('d')).toEqual(['Docker Tools', 'Document Reader'])
  })

  it('offers what a search would find when no name holds the words', async () => {
    await publishAs(database, owner, {
      id: 'acme/sky',
      metadata: { name: 'Sky Watch', description: 'A weather forecast for each day.', tags: [] },
    })
    await publishAs(database, owner, {
      id: 'acme/rain',
      metadata: { name: 'Weather Radar', description: 'Shows rain.', tags: [] },
    })
    expect(await names('weather')).toEqual(['Weather Radar'])
    expect(await names('weather forecast')).toEqual(['Sky Watch'])
    expect(await names('weather forec')).toEqual(['Sky Watch'])
    expect(await names('"weather forecast"')).toEqual(['Sky Watch'])
    expect(await names('weather nothinglikethis')).toEqual([])
  })

  it('finds packages by the beginning of a handle', async () => {
    expect(await names('acme/doc')).toEqual(['Docker Tools', 'Document Reader'])
    expect(await names('acme/docker-t')).toEqual(['Docker Tools'])
  })

  it('finds tags by key, by value and by both', async () => {
    expect(await tags('topic')).toEqual(['topic:docker', 'topic:documents', 'topic:memory'])
    expect(await tags('dock')).toEqual(['topic:docker'])
    expect(await tags('topic:doc')).toEqual(['topic:docker', 'topic:documents'])
    expect(await tags('go')).toEqual(['stack:go'])
    expect(await tags('docker mem')).toEqual(['topic:memory'])
    expect(await tags('tools for topic:doc')).toEqual(['topic:docker', 'topic:documents'])
  })

  it('finds popular searches that begin so', async () => {
    expect((await suggest('Dock')).queries).toEqual(['docker compose'])
    expect((await suggest('mem')).queries).toEqual(['memory'])
  })

  it('answers at most eight of each', async () => {
    const found = await suggest('many')
    expect(found.packages).toHaveLength(8)
    expect(found.tags).toHaveLength(8)
  })

  it('shows a package as soon as it is published and never one that is withdrawn', async () => {
    await publish('acme/newcomer', 'Zebrafish')
    expect(await names('zebra')).toEqual(['Zebrafish'])
    await database.admin`update catalog.packages set is_available = false where handle = 'acme/newcomer'`
    await database.admin`select catalog.index_package(id) from catalog.packages where handle = 'acme/newcomer'`
    expect(await names('zebra')).toEqual([])
  })

  it('answers any text, and nothing with nothing', async () => {
    expect(await suggest('  ')).toEqual({ queries: [], packages: [], tags: [] })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        suggestionsSchema.parse(await suggest(text))
      }),
      { numRuns: 150 },
    )
  })
})
