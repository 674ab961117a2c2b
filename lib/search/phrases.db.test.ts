import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { openStoreAs, publishAs, replaceCategories } from '../../scripts/testing/market.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as listing from './list-marketplace.ts'
import { marketplaceQuerySchema } from './schemas.ts'

const COUNT = 72
/** Each is in more than twenty entries, so that a rebuild follows them. `rarely` is not. */
const WORDS = ['agent', 'server', 'cloud', 'invoice', 'river']
const ORDERS = ['relevance', 'hot', 'new', 'name'] as const

/** Deterministic: entry n holds six of the words, in an order of its own, with stop words here and there. */
function textOf(n: number): string {
  const pick = (at: number) => WORDS[(n * 7 + at * at * (1 + (n % 4)) + (n >> 2)) % WORDS.length] ?? ''
  const words = Array.from({ length: 6 }, (_, at) => pick(at))
  if (n % 5 === 0) words.splice(2, 0, 'and the')
  if (n % 9 === 0) words.splice(3, 0, 'rarely')
  return words.join(' ')
}

const PHRASES = [
  ...WORDS.flatMap((first) => WORDS.map((second) => `"${first} ${second}"`)),
  ...WORDS.map((word) => `"agent ${word} server"`),
  '"agent rarely"',
  '"cloud rarely server"',
  '"servers and the cloud"',
  '"Agents Servers"',
  '"agent server" river',
  '"agent server" -river',
  '"agent server" "cloud river"',
  '"agent server" -"cloud river"',
  '-"agent server" invoice',
  '"agent server" or "cloud river"',
  '"agent server" topic:even',
  // One entry has it, and that was written after the rebuild.
  '"agent server" -zebra',
  '"agent cloud server" -zebra',
  'agent -zebra',
]

describe('phrases of common words', () => {
  let database: TestDatabase
  let owner: string
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await replaceCategories(database)
    owner = await database.createUser()
    await openStoreAs(database, owner, 'acme')
    for (let n = 0; n < COUNT; n += 1) await publish(n, textOf(n))
    await database.admin`select catalog.refresh_search_statistics()`
    useDatabase(database)
    ;({ listMarketplace } = await import('./list-marketplace.ts'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
  }, 120_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const publish = (n: number, description: string, version = '1.0.0') =>
    publishAs(database, owner, {
      id: `acme/item-${n}`,
      version,
      metadata: { name: `Item ${n}`, description, tags: n % 2 === 0 ? ['topic:even'] : [] },
    })

  /** Which entries hold what was typed, by Postgres' own text search over all of them. */
  async function truth(q: string): Promise<string[]> {
    const typed = q.replace(' topic:even', '')
    const rows = await database.admin<{ handle: string }[]>`
      select handle from catalog.marketplace_catalog_rows
      where search @@ websearch_to_tsquery('pg_catalog.english', ${typed})
        and (${typed === q} or 'topic:even' = any(tags))`
    return rows.map(({ handle }) => handle).sort()
  }

  /** All pages of five. */
  async function found(q: string, sort: (typeof ORDERS)[number]) {
    const handles: string[] = []
    const totals = new Set<number>()
    for (let cursor: string | null | undefined; cursor !== null;) {
      const { items, meta } = await listMarketplace(
        marketplaceQuerySchema.parse({ q, sort, limit: '5', ...(cursor && { cursor }) }),
      )
      handles.push(...items.map(({ handle }) => handle))
      totals.add(meta.total)
      expect(meta).toMatchObject({ catalog: 'db', totalIsExact: true, incomplete: false })
      // All are prompts. Facets come with the first page.
      if (!cursor && meta.total > 0) {
        expect({ q, sort, kinds: meta.facets.kinds }).toEqual({
          ...{ q, sort, kinds: [{ value: 'prompt', count: meta.total }] },
        })
      }
      cursor = meta.nextCursor
    }
    return { handles: handles.sort(), totals: [...totals] }
  }

  async function expectTruth(): Promise<void> {
    let matches = 0
    for (const q of PHRASES) {
      const handles = await truth(q)
      matches += handles.length
      for (const sort of ORDERS) {
        expect({ q, sort, ...(await found(q, sort)) }).toEqual({ q, sort, handles, totals: [handles.length] })
      }
    }
    expect(matches).toBeGreaterThan(300)
  }

  const rebuild = async () => await (await import('./rebuild-index.ts')).rebuildIndex('service')
  /** Until this process knows the facets and postings of the rebuild that stands. */
  const settle = async () => {
    await listMarketplace(marketplaceQuerySchema.parse({ q: 'agent' }))
    await (await import('./facet-columns.ts')).settleColumns()
    await (await import('./held-postings.ts')).settlePostings()
  }

  /** Whether pairs tell the phrase: otherwise rows are tested, and these tests would show nothing. */
  async function isTold(words: string[]): Promise<boolean> {
    const checks = [{ isExcluded: false, operands: [{ words, isPhrase: true }] }]
    const page = { checks, match: { all: [], any: [], none: [] } }
    const [row] = await database.admin<{ isTold: boolean }[]>`
      select catalog.match_phrases(${JSON.stringify(page)}::text::jsonb) is not null as "isTold"`
    return row?.isTold ?? false
  }

  it('are found before the first rebuild', expectTruth, 60_000)

  it('are found by pairs of words after one', async () => {
    expect(await isTold(['agent', 'server'])).toBe(false)
    await rebuild()
    expect(await isTold(['agent', 'server'])).toBe(true)
    expect(await isTold(['agent', 'cloud', 'server'])).toBe(true)
    expect(await isTold(['cloud', 'and', 'river'])).toBe(false)
    expect(await isTold(['agent', 'rarely'])).toBe(false)
    await expectTruth()
    await settle()
    await expectTruth()
  }, 60_000)

  it('are found where entries were written since', async () => {
    for (let n = 0; n < 10; n += 1) await publish(n, textOf(n + 31), '1.1.0')
    await publish(COUNT, 'An agent server, a cloud river and an agent of the cloud. Zebra.')
    await expectTruth()
    await rebuild()
    await expectTruth()
    await settle()
    await expectTruth()
  }, 120_000)

  it('are no longer found where an entry was withdrawn', async () => {
    const [gone = ''] = await truth('"agent server"')
    expect((await found('"agent server"', 'hot')).handles).toContain(gone)
    await database.admin`update catalog.packages set status = 'rejected' where handle = ${gone}`
    expect(await truth('"agent server"')).not.toContain(gone)
    expect((await found('"agent server"', 'hot')).handles).not.toContain(gone)
    await expectTruth()
  }, 60_000)

  it('are told by pairs for the database alone', async () => {
    for (const role of ['anon', 'authenticated', 'service_role']) {
      await expect(
        database.admin.begin(async (sql) => {
          await sql.unsafe(`set local role ${role}`)
          await sql`select * from catalog.search_pairs`
        }),
      ).rejects.toThrow(/permission denied/)
    }
  })
})
