import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'

const COUNT = 90

interface Answer {
  items: { handle: string }[]
  next: { phase: string; key: string; id: number } | null
  total: number | null
  isIncomplete: boolean
}

/** A large catalogue's plans on a small one: whichever way a search is run, it finds the same entries. */
describe('catalog.search_page', () => {
  let database: TestDatabase
  let keys: Record<string, number>
  let base: number

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    const owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (let index = 0; index < COUNT; index += 1) {
      await publishAs(database, owner, {
        id: `acme/item-${index}`,
        metadata: {
          name: index % 9 === 0 ? `Docker ${index}` : `Thing ${index}`,
          description: index % 3 === 0 ? 'Runs docker containers.' : 'Does without.',
          tags: [`parity:${index % 2 ? 'odd' : 'even'}`],
        },
      })
    }
    const counts = Array.from({ length: COUNT }, (_, index) => ({
      ...{ handle: `acme/item-${index}`, views: (index * 7) % 40, downloads: 0 },
    }))
    await database.admin`select catalog.record_activity(${JSON.stringify(counts)}::text::jsonb)`
    // What a rebuild puts in order; then some rows move, as they do between rebuilds.
    base = await rebuild()
    const moved = Array.from({ length: 20 }, (_, index) => ({
      ...{ handle: `acme/item-${index * 4}`, views: (index * 11) % 50, downloads: 0 },
    }))
    await database.admin`select catalog.record_activity(${JSON.stringify(moved)}::text::jsonb)`
    // A fifth of the rows are the head, as a rebuild would mark a sixteenth of many.
    await database.admin`update catalog.search_statistics set head_floor = (
      select hot_score from catalog.marketplace_catalog_rows order by hot_score desc offset 18 limit 1)`
    await database.admin`update catalog.search_rows s set is_head = r.hot_score >= st.head_floor
      from catalog.marketplace_catalog_rows r, catalog.search_statistics st where r.row_id = s.row_id`
    const rows = await database.admin<{ key: string; id: number }[]>`
      select key, id from catalog.search_keys where key in ('w:docker', 'n:docker', 't:parity:odd')`
    keys = Object.fromEntries(rows.map(({ key, id }) => [key, id]))
  }, 60_000)
  afterAll(() => database.drop())

  async function rebuild(): Promise<number> {
    await database.admin`select catalog.begin_search_build(false)`
    await database.admin`select catalog.step_search_build()`
    await database.admin`select catalog.index_search_build()`
    await database.admin`select catalog.finish_search_build()`
    const rows = await database.admin<{ base: number }[]>`
      select places[1] as base from catalog.search_postings where key_id = 0`
    return rows[0]?.base ?? 0
  }

  const keyOf = (key: string) => keys[key] ?? 0

  async function page(request: Record<string, unknown>): Promise<Answer> {
    const none = { all: [], any: [], none: [] }
    const text = {
      plain: 'docker',
      folded: 'docker',
      handle: 'docker',
      tsquery: "'docker'",
      nameQuery: "'docker':A",
      explains: false,
    }
    const full = {
      ...{ match: { ...none, all: [keyOf('w:docker')] }, names: { ...none, all: [keyOf('n:docker')] } },
      ...{
        filters: none,
        checks: [],
        text,
        offset: 0,
        after: null,
        wantsCount: false,
        budgetMs: 5000,
        base: 0,
      },
      ...request,
    }
    const rows = await database.asAnon(
      (sql) => sql<{ answer: Omit<Answer, 'items'>; items: string }[]>`
        select answer, items from catalog.search_page(${JSON.stringify(full)}::text::jsonb)`,
    )
    if (!rows[0]) throw new Error('No answer')
    return { ...rows[0].answer, items: JSON.parse(rows[0].items) as Answer['items'] }
  }

  async function walk(request: Record<string, unknown>): Promise<string[]> {
    const seen: string[] = []
    let after: Answer['next'] = null
    for (let pages = 0; pages < 400; pages += 1) {
      const answer = await page({ ...request, after })
      seen.push(...answer.items.map(({ handle }) => handle))
      expect(answer.isIncomplete && answer.next === null).toBe(false)
      if (answer.next === null) return seen
      after = answer.next
    }
    throw new Error('The pages do not end')
  }

  const matching = Array.from({ length: COUNT }, (_, index) => index)
    .filter((index) => index % 3 === 0)
    .map((index) => `acme/item-${index}`)
    .sort()
  const plans = fc.record({
    isFew: fc.boolean(),
    readsHead: fc.boolean(),
    namesAreFew: fc.boolean(),
    walkRows: fc.constantFrom(0, 3, 10, 1000),
    candidates: fc.integer({ min: 1, max: 40 }),
    least: fc.constant(30),
    expected: fc.constant(30),
  })

  it('finds every match exactly once, page by page, by whichever plan', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 50 }), fc.boolean(), async (plan, limit, isBased) => {
        const seen = await walk({ plan, limit, sort: 'relevance', base: isBased ? base : 0 })
        expect([...seen].sort()).toEqual(matching)
      }),
      { numRuns: 40 },
    )
  })

  it('finds every match exactly once in every order, however short its walks', async () => {
    const sorts = fc.constantFrom('hot', 'new', 'rating', 'price', 'name', 'handle')
    await fc.assert(
      fc.asyncProperty(plans, sorts, fc.integer({ min: 1, max: 50 }), async (plan, sort, limit) => {
        const seen = await walk({ plan, limit, sort, base: limit % 2 ? base : 0 })
        expect([...seen].sort()).toEqual(matching)
      }),
      { numRuns: 40 },
    )
  })

  it('lists the same order from postings as from rows', async () => {
    const plan = {
      ...{ isFew: true, readsHead: false, namesAreFew: true },
      ...{ walkRows: 0, candidates: 7, least: 30, expected: 30 },
    }
    const alternatives = { all: [], any: [[keyOf('w:docker'), keyOf('t:parity:odd')]], none: [] }
    const excluding = { all: [keyOf('w:docker')], any: [], none: [keyOf('t:parity:odd')] }
    for (const match of [alternatives, excluding]) {
      for (const sort of ['hot', 'relevance']) {
        const fromRows = await walk({ plan, match, limit: 7, sort })
        expect(await walk({ plan, match, limit: 7, sort, base })).toEqual(fromRows)
        expect(fromRows.length).toBeGreaterThan(10)
      }
    }
  })

  it('says when a walk ended before the page was full, and where to go on', async () => {
    const plan = {
      isFew: false,
      readsHead: false,
      namesAreFew: false,
      walkRows: 3,
      candidates: 5,
      least: 30,
      expected: 30,
    }
    const answer = await page({ plan, limit: 20, sort: 'hot' })
    expect(answer.items.length).toBeLessThan(4)
    expect(answer).toMatchObject({ isIncomplete: true, next: { phase: 'tail' } })
  })

  it('leaves the count out, and says so, once the time is used up', async () => {
    const plan = {
      isFew: false,
      readsHead: false,
      namesAreFew: false,
      walkRows: 1000,
      candidates: 5,
      least: 30,
      expected: 30,
    }
    const inTime = await page({ plan, limit: 5, sort: 'hot', wantsCount: true })
    expect(inTime).toMatchObject({ total: 30, isIncomplete: false })
    const late = await page({ plan, limit: 50, sort: 'hot', wantsCount: true, budgetMs: 0 })
    expect(late.items).toHaveLength(30)
    expect(late).toMatchObject({ total: null, isIncomplete: true })
  })

  it('counts exactly what a filter leaves', async () => {
    const plan = {
      isFew: true,
      readsHead: false,
      namesAreFew: true,
      walkRows: 0,
      candidates: 10,
      least: 30,
      expected: 15,
    }
    const match = { all: [keyOf('w:docker'), keyOf('t:parity:odd')], any: [], none: [] }
    for (const known of [0, base]) {
      expect(
        await page({ plan, match, limit: 5, sort: 'relevance', wantsCount: true, base: known }),
      ).toMatchObject({ total: 15, totalIsExact: true })
    }
  })
})
