import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as db from '#lib/platform/db'
import type * as listing from '#lib/search/list-marketplace'
import { marketplaceQuerySchema } from '#lib/search/schemas'
import { createTestDatabase, type TestDatabase } from '../scripts/testing/database.ts'
import { useDatabase } from '../scripts/testing/web-settings.ts'
import { type GeneratedEntry, generateEntries, vocabulary } from './catalog-generator.ts'
import { loadCatalog } from './load-catalog.ts'

/** Enough for plans that read only a part, and for totals that are estimated. */
const COUNT = 25_000
const EXACT_MAX = 10_000

describe('a catalogue of many entries', () => {
  let database: TestDatabase
  let entries: GeneratedEntry[]
  let listMarketplace: typeof listing.listMarketplace
  let closeDatabase: typeof db.closeDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
    await loadCatalog(database.admin, COUNT, () => undefined)
    const categories = await database.admin<{ slug: string; name: string }[]>`
      select slug, name from catalog.categories where is_active order by display_order`
    entries = [...generateEntries(COUNT, { words: vocabulary(), categories })]
    useDatabase(database)
    ;({ listMarketplace } = await import('#lib/search/list-marketplace'))
    ;({ closeDatabase } = await import('#lib/platform/db'))
    // Seconds on a machine of one's own; it compiles twenty thousand rows in one statement.
  }, 180_000)
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  const list = (raw: Record<string, unknown>) => listMarketplace(marketplaceQuerySchema.parse(raw))
  const countedTags = (matches: readonly GeneratedEntry[]) => {
    const counts = new Map<string, number>()
    for (const tag of matches.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
    return counts
  }
  type Matches = [query: Record<string, unknown>, matches: (entry: GeneratedEntry) => boolean]

  const narrow: Matches[] = [
    [{ tags: ['stack:zig'] }, ({ tags }) => tags.includes('stack:zig')],
    [{ kind: 'app', price: 'paid' }, ({ kind, price }) => kind === 'app' && price > 0],
    [{ rating: '4' }, ({ rating }) => rating.average >= 4],
    [{ rating: '4', kind: 'prompt' }, ({ rating, kind }) => rating.average >= 4 && kind === 'prompt'],
    [{ rating: '5' }, ({ rating }) => rating.average >= 5],
    [
      { tags: ['stack:typescript', 'language:en'], kind: 'mcp-server' },
      ({ tags, kind }) =>
        tags.includes('stack:typescript') && tags.includes('language:en') && kind === 'mcp-server',
    ],
  ]
  it.each(narrow)('counts %o exactly, and its facets', async (query, matches) => {
    const expected = entries.filter(matches)
    expect(expected.length).toBeLessThanOrEqual(EXACT_MAX)
    for (const _ of ['in the database', 'in memory']) {
      const { items, meta } = await list({ ...query, limit: '200' })
      expect(meta).toMatchObject({ total: expected.length, totalIsExact: true, incomplete: false })
      const handles = new Set(expected.map(({ handle }) => handle))
      expect(items.every(({ handle }) => handles.has(handle))).toBe(true)
      const counts = countedTags(expected)
      for (const { key, value, count } of meta.tags) expect(count).toBe(counts.get(`${key}:${value}`))
      const most = Math.max(0, ...counts.values())
      expect(meta.tags[0]?.count ?? 0).toBe(most)
      for (const { value, count } of meta.facets.ratings) {
        expect(count).toBe(expected.filter(({ rating }) => rating.average >= Number(value)).length)
      }
      await settle()
    }
  })

  const wide: Matches[] = [
    [{ kind: 'mcp-server' }, ({ kind }) => kind === 'mcp-server'],
    [{ price: 'free' }, ({ price }) => price === 0],
    [{ tags: ['language:en'] }, ({ tags }) => tags.includes('language:en')],
    [{}, () => true],
  ]
  it.each(wide)('comes close for %o, which is more than is counted, and says so', async (query, matches) => {
    const expected = entries.filter(matches)
    // The database reads one row in 64; in memory at least one in seven is counted.
    for (const share of [1 / 64, 1 / 7]) {
      const { meta } = await list(query)
      expect(meta.totalIsExact).toBe(expected.length <= EXACT_MAX)
      expectClose(meta.total, expected.length, share)
      const counts = [...countedTags(expected)].sort(([, a], [, b]) => b - a).slice(0, 5)
      for (const [tag, count] of counts) {
        const shown = meta.tags.find(({ key, value }) => `${key}:${value}` === tag)
        expectClose(shown?.count ?? 0, count, share)
      }
      for (const { value, count } of meta.facets.kinds) {
        expectClose(count, expected.filter(({ kind }) => kind === value).length, share)
      }
      const { estimates } = await import('#lib/search/remembered')
      estimates.clear()
      await settle()
    }
  })

  it('leaves no entry out and shows none twice, page by page, by stars', async () => {
    const expected = entries.filter(({ rating }) => rating.average >= 4.9).length
    const seen: number[] = []
    const handles = new Set<string>()
    let cursor: string | null = null
    do {
      const page: Awaited<ReturnType<typeof list>> = await list({
        ...{ rating: '4', sort: 'rating', limit: '200' },
        ...(cursor === null ? {} : { cursor }),
      })
      for (const { handle, rating } of page.items) {
        handles.add(handle)
        seen.push(rating.average)
      }
      cursor = page.meta.nextCursor
    } while (cursor !== null && (seen.at(-1) ?? 0) >= 4.9)
    expect(seen).toEqual([...seen].sort((a, b) => b - a))
    expect(handles.size).toBe(seen.length)
    expect(seen.filter((average) => average >= 4.9)).toHaveLength(expected)
  })
})

/** Until this process counts and meets by what it holds. */
async function settle(): Promise<void> {
  const { settleColumns } = await import('#lib/search/facet-columns')
  const { settlePostings } = await import('#lib/search/held-postings')
  await settleColumns()
  await settlePostings()
}

/** Within four standard deviations of what a sample of that share of the rows tells. */
function expectClose(found: number, expected: number, share: number): void {
  const deviation = Math.sqrt(expected / share)
  expect(Math.abs(found - expected), `${found} for ${expected}`).toBeLessThanOrEqual(4 * deviation)
}
