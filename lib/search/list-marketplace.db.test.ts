import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Problem } from '#lib/kernel/problem'
import type * as db from '#lib/platform/db'
import type * as listing from '#lib/search/list-marketplace'
import { pageCursor } from '#lib/search/rules'
import {
  marketplacePageSchema,
  type MarketplaceQuery,
  marketplaceQuerySchema,
  marketplaceSortSchema,
} from '#lib/search/schemas'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'

/** What is on the shelf, with every value that a filter looks at. */
interface Shelved {
  handle: string
  kind: 'agent' | 'app' | 'prompt' | 'mcp-server'
  category: 'tools' | 'other'
  tags: string[]
  price: number
  store: string
}

const KINDS = ['agent', 'app', 'prompt', 'mcp-server'] as const

function shelve(index: number): Shelved {
  const store = index % 3 === 0 ? 'zeta' : 'acme'
  return {
    handle: `${store}/item-${String((index * 37) % 101).padStart(3, '0')}`,
    kind: KINDS[index % 4] ?? 'app',
    category: index % 5 === 0 ? 'tools' : 'other',
    tags: [
      `size:${index % 2 ? 'odd' : 'even'}`,
      `third:${index % 3}`,
      ...(index % 7 === 0 ? ['rare:yes'] : []),
    ],
    price: index % 4 === 0 ? (index % 3) * 500 : 0,
    store,
  }
}

describe('listMarketplace', () => {
  let database: TestDatabase
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase
  const shelf = Array.from({ length: 60 }, (_, index) => shelve(index))

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    const owners: Record<string, string> = {}
    for (const store of ['acme', 'zeta']) {
      owners[store] = await database.createUser()
      await openStoreAs(database, owners[store], store)
    }
    for (const [index, { handle, kind, category, tags, store }] of shelf.entries()) {
      await publishAs(database, owners[store] ?? '', {
        ...{ id: handle, kind, category },
        // Many share a name, a score, a price: the order must still be total.
        metadata: { name: `Shared name ${index % 4}`, description: `Word${index % 6} café thing.`, tags },
      })
    }
    await publishAs(database, owners.acme ?? '', {
      id: 'acme/git-hub_tools.js',
      metadata: { name: 'Übersetzer für PostgreSQL', description: 'Translates 100% of queries; O’Brien’s.' },
    })
    for (const { handle, price } of shelf) {
      await database.admin`update catalog.packages set price_amount = ${price} where handle = ${handle}`
    }
    const counts = shelf.map(({ handle }, index) => ({ handle, views: index % 5, downloads: 0 }))
    await database.admin`select catalog.record_activity(${JSON.stringify(counts)}::text::jsonb)`
    // Times a microsecond apart, as a bulk import has them.
    await database.admin`
      update catalog.marketplace_catalog_rows r set created_at = '2026-01-01T00:00:00Z'::timestamptz + n.n * interval '1 us'
      from (select handle, (row_number() over (order by handle)) % 30 as n from catalog.marketplace_catalog_rows) n
      where n.handle = r.handle`
    useDatabase(database)
    ;({ listMarketplace } = await import('#lib/search/list-marketplace'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 60_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const list = (query: Partial<MarketplaceQuery> = {}) =>
    listMarketplace({ ...{ tags: [], limit: 24 }, ...query })
  const handlesOf = async (query: Partial<MarketplaceQuery>) =>
    (await list({ limit: 200, ...query })).items.map((item) => item.handle)

  async function walk(query: Partial<MarketplaceQuery>): Promise<string[]> {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ ...query, ...(cursor === undefined ? {} : { cursor }) })
      expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 24)
      expect(page.meta.offset).toBe(seen.length)
      seen.push(...page.items.map((item) => item.handle))
      cursor = page.meta.nextCursor ?? undefined
    } while (cursor !== undefined && seen.length < 500)
    return seen
  }

  /** `page`, or the code of the problem; anything else that is thrown stays an error. */
  async function settle(answer: ReturnType<typeof list>): Promise<string> {
    try {
      const { items, meta } = await answer
      expect(meta.total).toBeGreaterThanOrEqual(items.length)
      return 'page'
    } catch (error) {
      if (error instanceof Problem) return error.code
      throw error
    }
  }

  it('answers the contract’s shape, with the exact total', async () => {
    const page = marketplacePageSchema.parse(await list({ limit: 10 }))
    expect(page.items).toHaveLength(10)
    expect(page.meta).toMatchObject({ total: 61, totalIsExact: true, limit: 10, offset: 0, catalog: 'db' })
    expect(page.meta.tags[0]).toEqual({ key: 'size', value: 'even', count: 30 })
  })

  it('visits every entry exactly once by cursor, in every order and page size', async () => {
    const all = [...shelf.map((one) => one.handle), 'acme/git-hub_tools.js'].sort()
    const sort = fc.constantFrom(...marketplaceSortSchema.options)
    await fc.assert(
      fc.asyncProperty(sort, fc.integer({ min: 1, max: 70 }), async (order, limit) => {
        const seen = await walk({ sort: order, limit })
        expect([...seen].sort()).toEqual(all)
        expect(seen).toEqual(await handlesOf({ sort: order }))
      }),
      { numRuns: 25 },
    )
  })

  it('visits every match exactly once while searching, ranked by relevance', async () => {
    for (const q of ['shared', 'word3', 'cafe', 'item']) {
      const whole = await handlesOf({ q })
      expect(whole.length, q).toBeGreaterThan(5)
      for (const limit of [1, 3, 7]) expect(await walk({ q, limit }), `${q} by ${limit}`).toEqual(whole)
    }
  })

  it('offsets and cursors agree', async () => {
    const whole = await handlesOf({ sort: 'name' })
    for (const offset of [0, 5, 60, 61, 10_000]) {
      const page = await list({ sort: 'name', limit: 5, offset })
      expect(page.items.map((item) => item.handle)).toEqual(whole.slice(offset, offset + 5))
      expect(page.meta.nextCursor === null).toBe(offset + 5 >= 61)
    }
  })

  it('a cursor keeps its place when entries before it come and go', async () => {
    const first = await list({ sort: 'handle', limit: 10 })
    const rest = await handlesOf({ sort: 'handle' })
    const taken = first.items[3]?.handle ?? ''
    await database.admin`update catalog.packages set is_available = false where handle = ${taken}`
    const second = await list({ sort: 'handle', limit: 10, cursor: first.meta.nextCursor ?? '' })
    await database.admin`update catalog.packages set is_available = true where handle = ${taken}`
    expect(second.items.map((item) => item.handle)).toEqual(rest.slice(10, 20))
  })

  it('each order is the order it says', async () => {
    const { items } = await list({ sort: 'price', limit: 200 })
    const prices = items.map((item) => item.price.amount)
    expect(prices).toEqual([...prices].sort((left, right) => left - right))
    const names = (await list({ sort: 'name', limit: 200 })).items.map((item) => item.name.toLowerCase())
    expect(names).toEqual([...names].sort())
    const handles = await handlesOf({ sort: 'handle' })
    expect(handles).toEqual([...handles].sort())
    const views = (await list({ sort: 'hot', limit: 200 })).items.map((item) => item.viewCount)
    expect(views).toEqual([...views].sort((left, right) => right - left))
  })

  it('filters agree with the shelf, alone and together', async () => {
    const option = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
    const filters = fc.record({
      kind: option(...KINDS),
      category: option('tools', 'other', 'none'),
      seller: option('acme', 'zeta', 'nobody'),
      price: option('free' as const, 'paid' as const),
      tags: fc.subarray(['size:odd', 'size:even', 'third:0', 'third:1', 'rare:yes'], { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(filters, async ({ kind, category, seller, price, tags }) => {
        const expected = shelf.filter(
          (one) =>
            (kind === undefined || one.kind === kind) &&
            (category === undefined || one.category === category) &&
            (seller === undefined || one.store === seller) &&
            (price === undefined || (price === 'free') === (one.price === 0)) &&
            tags.every((tag) => one.tags.includes(tag)),
        )
        const page = await list({ kind, category, seller, price, tags, q: 'shared', limit: 200 })
        expect(page.items.map((item) => item.handle).sort()).toEqual(expected.map((one) => one.handle).sort())
        expect(page.meta.total).toBe(expected.length)
        const used = new Map<string, number>()
        for (const tag of expected.flatMap((one) => one.tags)) used.set(tag, (used.get(tag) ?? 0) + 1)
        const counted = page.meta.tags.map(({ key, value, count }) => [`${key}:${value}`, count] as const)
        expect(new Map(counted)).toEqual(used)
      }),
      { numRuns: 60 },
    )
  })

  it('knows its own registry and finds nothing in an unknown one', async () => {
    expect((await list({ registryUrl: 'LOCAL' })).meta.total).toBe(61)
    for (const registryUrl of ['https://elsewhere.example/', 'elsewhere', '%', "'; drop table x"]) {
      expect((await list({ registryUrl })).meta.total).toBe(0)
    }
  })

  it('finds by handle, beginning, accent-free word, description and a slip of the finger', async () => {
    for (const q of [
      ...[
        'acme/git-hub_tools.js',
        'ACME/GIT-HUB_TOOLS.JS',
        'git-hub_tools.js',
        'git hub',
        'ubersetzer',
        'Übersetzer',
      ],
      ...['postgre', 'postgresql', 'translate', 'queries', 'git-hub_tols'],
    ]) {
      expect((await handlesOf({ q }))[0], q).toBe('acme/git-hub_tools.js')
    }
    expect(await handlesOf({ q: 'nothinglikethis' })).toEqual([])
  })

  it('never fails on any words', async () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            "'",
            '"',
            '\\',
            ':*',
            '&',
            '|',
            '!',
            '<->',
            '(',
            ')',
            '%',
            '_',
            '-',
            'or',
            'a',
            ' ',
          ),
          {
            maxLength: 30,
          },
        )
        .map((parts) => parts.join('')),
      fc.constantFrom(
        '\u0000',
        'a\u0000b',
        '\uD800',
        '\uFFFF',
        '🕌'.repeat(50),
        'x'.repeat(200),
        '<'.repeat(200),
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        // What the API would let in; the rest is refused before it gets here.
        const query = marketplaceQuerySchema.safeParse({ q: text })
        if (!query.success) return
        const answer = await settle(listMarketplace(query.data))
        expect(answer).toBe('page')
      }),
      { numRuns: 400 },
    )
  })

  it('never fails on any registry address, either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (text) => {
        const query = marketplaceQuerySchema.safeParse({ registryUrl: text })
        if (!query.success) return
        const answer = await settle(listMarketplace(query.data))
        expect(['page', ...(text.includes('\u0000') ? ['bad_request'] : [])]).toContain(answer)
      }),
      { numRuns: 150 },
    )
  })

  it('refuses a cursor of another order, one with an offset, and one that is no cursor', async () => {
    const { meta } = await list({ sort: 'name', limit: 5 })
    const cursor = meta.nextCursor ?? ''
    await expect(list({ sort: 'handle', cursor })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(list({ cursor })).rejects.toMatchObject({ code: 'bad_request' })
    await expect(list({ sort: 'name', q: 'shared', cursor })).resolves.toMatchObject({ meta: { offset: 5 } })
    await expect(list({ sort: 'name', offset: 5, cursor })).rejects.toMatchObject({ code: 'bad_request' })
    for (const broken of ['', 'x', `${cursor}x`, cursor.slice(0, -3), 'W10', '%00']) {
      await expect(list({ sort: 'name', cursor: broken }), broken).rejects.toMatchObject({
        code: 'bad_request',
      })
    }
  })

  it('refuses a forged position, whatever it holds, as a bad request', async () => {
    const forged = fc.record({
      sort: fc.constantFrom(...marketplaceSortSchema.options),
      key: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.constantFrom(
          '',
          'abc',
          'NaN',
          'Infinity',
          '1e999',
          '2026-02-30',
          'infinity',
          '99999999999999999999',
          "1'--",
          '\u0000',
        ),
      ),
      id: fc.nat(),
      phase: fc.constantFrom('head' as const, 'tail' as const),
      offset: fc.nat(),
      total: fc.constant(1000),
      isExact: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(forged, async (position) => {
        const q = position.sort === 'relevance' ? 'shared' : undefined
        const answer = await settle(list({ sort: position.sort, q, cursor: pageCursor.encode(position) }))
        expect(['page', 'bad_request']).toContain(answer)
      }),
      { numRuns: 300 },
    )
  })
})
