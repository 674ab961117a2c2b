import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'

let database: TestDatabase
let market: Market

beforeAll(async () => {
  database = await createTestDatabase()
  market = await createMarket(database)
  useDatabase(database)
})
afterAll(async () => {
  const { closeDatabase } = await import('../platform/db.ts')
  await closeDatabase()
  await database.drop()
})

const record = (counts: object[]) =>
  database.admin`select catalog.record_activity(${JSON.stringify(counts)}::text::jsonb)`

describe('the days of a seller', () => {
  it('add up what was counted, package by package, to the counters themselves', async () => {
    const { getPackageStory, getStoreDays } = await import('./get-package-story.ts')
    await publishAs(database, market.owner, { id: 'acme/busy' })
    await record([
      { handle: 'acme/busy', views: 5, downloads: 2 },
      { handle: 'acme/free', views: 1, downloads: 0 },
    ])
    await record([{ handle: 'acme/busy', views: 2, downloads: 0 }])
    const owner = userActor(market.owner)
    const { days } = await getPackageStory(owner, 'acme/busy')
    expect(days).toHaveLength(30)
    expect(days.at(-1)).toMatchObject({ views: 7, downloads: 2, sales: 0 })
    expect(days.slice(0, -1).every(({ views }) => views === 0)).toBe(true)
    expect((await getStoreDays(owner)).at(-1)).toMatchObject({ views: 8, downloads: 2 })
    const [counters] = await database.admin`
      select st.view_count::int as views from catalog.package_stats st
      join catalog.packages p on p.id = st.package_id where p.handle = 'acme/busy'`
    expect(counters).toEqual({ views: 7 })
  })

  it('lose nothing when many count at once', async () => {
    const { getPackageStory } = await import('./get-package-story.ts')
    await publishAs(database, market.owner, { id: 'acme/crowd' })
    await Promise.all(
      Array.from({ length: 20 }, () => record([{ handle: 'acme/crowd', views: 1, downloads: 1 }])),
    )
    const { days } = await getPackageStory(userActor(market.owner), 'acme/crowd')
    expect(days.at(-1)).toMatchObject({ views: 20, downloads: 20 })
  })

  it('show another seller nothing', async () => {
    const { getPackageStory } = await import('./get-package-story.ts')
    const { days, decisions } = await getPackageStory(userActor(market.rival), 'acme/free')
    expect(decisions).toEqual([])
    expect(days.every(({ views, downloads }) => views + downloads === 0)).toBe(true)
  })
})
