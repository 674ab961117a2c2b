import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { createMarket, type Market, publishAs } from '../../scripts/testing/market.ts'

describe('reviews', () => {
  let database: TestDatabase
  let market: Market

  beforeAll(async () => {
    database = await createTestDatabase()
    market = await createMarket(database)
  })
  afterAll(() => database.drop())

  const review = (userId: string, handle: string, rating: number, body: string | null = '') =>
    database.asUser(
      userId,
      (sql) => sql`select catalog.review_package(${handle}, ${rating}::smallint, ${body})`,
    )

  async function ratingOf(handle: string) {
    const [row] = await database.admin<{ sum: number; count: number; shown: object; sort: number }[]>`
      select st.rating_sum::int as sum, st.rating_count as count, r.entry -> 'rating' as shown,
        r.rating_average::float as sort
      from catalog.packages p join catalog.package_stats st on st.package_id = p.id
      join catalog.marketplace_catalog_rows r on r.package_id = p.id where p.handle = ${handle}`
    return row
  }

  it('are one a person: writing again replaces, deleting takes back, and the card follows', async () => {
    await publishAs(database, market.owner, { id: 'acme/rated' })
    await review(market.buyer, 'acme/rated', 5, 'Great.')
    await review(market.newcomer, 'acme/rated', 2)
    expect(await ratingOf('acme/rated')).toEqual({
      sum: 7,
      count: 2,
      shown: { average: 3.5, count: 2 },
      sort: 3.5,
    })
    await review(market.buyer, 'acme/rated', 3, 'Less great.')
    expect(await ratingOf('acme/rated')).toMatchObject({ sum: 5, count: 2 })
    await database.asUser(market.buyer, (sql) => sql`delete from catalog.reviews`)
    expect(await ratingOf('acme/rated')).toMatchObject({ sum: 2, count: 1, shown: { average: 2, count: 1 } })
    await database.asUser(market.newcomer, (sql) => sql`delete from catalog.reviews`)
    expect(await ratingOf('acme/rated')).toMatchObject({ sum: 0, count: 0, shown: { average: 0, count: 0 } })
    // The deletes reached the callers' own reviews only.
    await review(market.buyer, 'acme/free', 4, 'Good.')
    expect(await ratingOf('acme/free')).toMatchObject({ sum: 4, count: 1 })
  })

  it('go with the account that wrote them', async () => {
    const person = await database.createUser()
    await publishAs(database, market.owner, { id: 'acme/left' })
    await review(person, 'acme/left', 1)
    await database.admin`delete from auth.users where id = ${person}`
    expect(await ratingOf('acme/left')).toMatchObject({ sum: 0, count: 0 })
  })

  it('are refused where there is no right to one, and count nothing then', async () => {
    const before = await ratingOf('acme/paid')
    const cases: [string, string, string, string][] = [
      [market.owner, 'acme/free', 'SK403', 'own_package'],
      [market.newcomer, 'acme/paid', 'SK402', 'payment_required'],
      ...['acme/pending', 'acme/quarantined', 'acme/withdrawn', 'rival/tool', 'acme/nothing'].map(
        (handle): [string, string, string, string] => [market.buyer, handle, 'SK404', 'not_found'],
      ),
    ]
    for (const [userId, handle, code, detail] of cases) {
      await expect(review(userId, handle, 5), handle).rejects.toMatchObject({ code, detail })
    }
    for (const rating of [0, 6, -1]) {
      await expect(review(market.buyer, 'acme/paid', rating)).rejects.toMatchObject({ code: '23514' })
    }
    await expect(review(market.buyer, 'acme/paid', 5, 'x'.repeat(4001))).rejects.toMatchObject({
      code: '23514',
    })
    await expect(
      database.asAnon((sql) => sql`select catalog.review_package('acme/free', 5::smallint, '')`),
    ).rejects.toMatchObject({ code: '42501' })
    expect(await ratingOf('acme/paid')).toEqual(before)
    await review(market.buyer, 'acme/paid', 5)
    expect(await ratingOf('acme/paid')).toMatchObject({ sum: 5, count: 1 })
  })

  it('written by twenty people at once, and changed by each, add up', async () => {
    await publishAs(database, market.owner, { id: 'acme/popular' })
    const people = await Promise.all(Array.from({ length: 20 }, () => database.createUser()))
    const crowd = postgres(database.url, { max: 20, onnotice: () => undefined })
    const write = (userId: string, rating: number) =>
      crowd.begin(async (sql) => {
        const claims = JSON.stringify({ sub: userId, role: 'authenticated' })
        await sql`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`
        await sql`select catalog.review_package('acme/popular', ${rating}::smallint, '')`
      })
    try {
      await Promise.all(people.map((person, index) => write(person, (index % 5) + 1)))
      expect(await ratingOf('acme/popular')).toMatchObject({
        sum: 60,
        count: 20,
        shown: { average: 3, count: 20 },
      })
      // The same person from several connections: still one review.
      await Promise.all(people.flatMap((person) => [write(person, 5), write(person, 5)]))
    } finally {
      await crowd.end({ timeout: 5 })
    }
    expect(await ratingOf('acme/popular')).toMatchObject({
      sum: 100,
      count: 20,
      shown: { average: 5, count: 20 },
    })
    const [actual] = await database.admin`
      select sum(rating)::int as sum, count(*)::int as count from catalog.reviews r
      join catalog.packages p on p.id = r.package_id where p.handle = 'acme/popular'`
    expect(actual).toEqual({ sum: 100, count: 20 })
  })
})
