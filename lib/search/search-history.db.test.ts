import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { SignedInActor } from '#lib/kernel/actor'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { userActor, useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as forgetting from './forget-searches.ts'
import type * as keeping from './keep-search-history.ts'
import type * as listing from './list-search-history.ts'
import type * as trending from './list-trending.ts'
import type * as remembering from './remember-search.ts'

describe('the memory of searches', () => {
  let database: TestDatabase
  let people: SignedInActor[]
  let verbs: typeof forgetting & typeof keeping & typeof listing & typeof remembering & typeof trending
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    const owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    await publishAs(database, owner, {
      id: 'acme/docker-tools',
      metadata: { name: 'Docker Tools', description: 'Containers made simple.' },
    })
    people = await Promise.all(Array.from({ length: 6 }, async () => userActor(await database.createUser())))
    useDatabase(database)
    verbs = {
      ...(await import('./forget-searches.ts')),
      ...(await import('./keep-search-history.ts')),
      ...(await import('./list-search-history.ts')),
      ...(await import('./list-trending.ts')),
      ...(await import('./remember-search.ts')),
    }
    ;({ closeDatabase } = await import('#lib/platform/db'))
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })
  beforeEach(async () => {
    await database.admin`truncate identity.search_history, identity.search_preferences, catalog.search_sightings,
      catalog.popular_searches`
  })

  const person = (index: number) => {
    const actor = people[index]
    if (!actor) throw new Error('There are six people')
    return actor
  }
  const historyOf = async (index: number) =>
    (await verbs.listSearchHistory(person(index))).items.map(({ query }) => query)
  const popular = async () => {
    await database.admin`select catalog.refresh_popular_searches()`
    const { popular: known, trending: rising } = await verbs.listTrending()
    return { popular: known.map(({ query }) => query), trending: rising.map(({ query }) => query) }
  }

  it('shows a person their own searches, the newest first and each once', async () => {
    for (const query of ['docker', 'tools', 'Docker']) await verbs.rememberSearch(person(0), query)
    expect(await historyOf(0)).toEqual(['Docker', 'tools'])
    expect(await historyOf(1)).toEqual([])
  })

  it('lets nobody read, delete or write another’s history', async () => {
    await verbs.rememberSearch(person(0), 'docker')
    const { items } = await verbs.listSearchHistory(person(0))
    await expect(verbs.forgetSearches(person(1), items[0]?.id ?? 0)).rejects.toMatchObject({
      code: 'not_found',
    })
    await verbs.forgetSearches(person(1), null)
    const other = person(1).userId
    expect(await database.asUser(other, (sql) => sql`select query from identity.search_history`)).toEqual([])
    await expect(
      database.asUser(
        other,
        (sql) => sql`insert into identity.search_history (user_id, query) values (${person(0).userId}, 'x')`,
      ),
    ).rejects.toThrow(/permission denied/)
    await expect(
      database.asUser(
        other,
        (sql) =>
          sql`insert into identity.search_preferences (user_id, keeps_history) values (${person(0).userId}, false)`,
      ),
    ).rejects.toThrow(/row-level security/)
    await expect(database.asAnon((sql) => sql`select query from identity.search_history`)).rejects.toThrow(
      /permission denied/,
    )
    expect(await historyOf(0)).toEqual(['docker'])
  })

  it('forgets one search, or all', async () => {
    for (const query of ['docker', 'tools', 'containers']) await verbs.rememberSearch(person(0), query)
    const { items } = await verbs.listSearchHistory(person(0))
    await verbs.forgetSearches(person(0), items[0]?.id ?? 0)
    expect(await historyOf(0)).toEqual(['tools', 'docker'])
    await verbs.forgetSearches(person(0), null)
    expect(await historyOf(0)).toEqual([])
  })

  it('keeps nothing, and forgets what it kept, once switched off', async () => {
    await verbs.rememberSearch(person(0), 'docker')
    await verbs.keepSearchHistory(person(0), false)
    await verbs.rememberSearch(person(0), 'tools')
    expect(await verbs.listSearchHistory(person(0))).toEqual({ items: [], meta: { isKept: false } })
    await verbs.keepSearchHistory(person(0), true)
    await verbs.rememberSearch(person(0), 'tools')
    expect(await historyOf(0)).toEqual(['tools'])
  })

  it('keeps at most a hundred searches', async () => {
    for (let index = 0; index < 105; index += 1) await verbs.rememberSearch(person(0), `docker ${index}`)
    const history = await historyOf(0)
    expect(history).toHaveLength(100)
    expect(history[0]).toBe('docker 104')
  })

  it('a search is popular only when three people made it; one person’s patience gets nowhere', async () => {
    for (let time = 0; time < 20; time += 1) await verbs.rememberSearch(person(0), 'docker')
    await verbs.rememberSearch(person(1), 'docker')
    expect(await popular()).toEqual({ popular: [], trending: [] })
    await verbs.rememberSearch(person(2), ' DOCKER ')
    expect(await popular()).toEqual({ popular: ['docker'], trending: [] })
  })

  it('trends when many people search for it who did not before', async () => {
    for (const actor of people) await verbs.rememberSearch(actor, 'docker tools')
    expect(await popular()).toEqual({ popular: [], trending: ['docker tools'] })
  })

  it('never makes popular what no entry says, such as a name or an address that somebody pasted', async () => {
    for (const actor of people) await verbs.rememberSearch(actor, 'jane.doe@example.org')
    expect(await popular()).toEqual({ popular: [], trending: [] })
    expect(await database.admin`select query from catalog.search_sightings`).toEqual([])
  })

  it('lets popularity fade and, after two weeks, go', async () => {
    for (const actor of people.slice(0, 4)) await verbs.rememberSearch(actor, 'docker')
    const countAfter = async (days: number) => {
      await database.admin`update catalog.search_sightings set day = current_date - ${days}::int`
      await database.admin`select catalog.refresh_popular_searches()`
      const [row] = await database.admin<
        { search_count: number }[]
      >`select search_count from catalog.popular_searches`
      return row?.search_count
    }
    expect([await countAfter(0), await countAfter(5), await countAfter(15)]).toEqual([4, 2, undefined])
  })

  it('holds no person: sightings and salts are nobody’s to read, and salts are thrown away', async () => {
    await verbs.rememberSearch(person(0), 'docker')
    for (const table of ['search_sightings', 'search_salts']) {
      await expect(
        database.asUser(person(0).userId, (sql) => sql`select * from ${sql(`catalog.${table}`)}`),
      ).rejects.toThrow(/permission denied/)
    }
    await database.admin`update catalog.search_salts set day = current_date - 2`
    await database.admin`select catalog.refresh_popular_searches()`
    expect(await database.admin`select day from catalog.search_salts`).toEqual([])
  })
})
