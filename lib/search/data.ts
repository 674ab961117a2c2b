/** All database access of searching the catalogue: one statement asks what a query means, one reads a page. Private to this feature. */
import 'server-only'
import { type RawBuilder, sql } from 'kysely'
import type { PackageCard } from '#lib/catalog/schemas'
import { Problem } from '#lib/kernel/problem'
import type { Actor } from '#lib/kernel/actor'
import {
  asActor,
  asAnon,
  asAnonBriefly,
  asService,
  type Database,
  selectValue,
  unhurriedAsActor,
} from '#lib/platform/db'
import type { Matching } from './matching.ts'
import type { ResolvedWord, KeyCount, KeySets, SearchPlan } from './plan.ts'
import type { IndexState, MarketplaceSort } from './schemas.ts'

export interface Resolution {
  rowCount: number
  /** The index holds nothing at all. */
  isEmpty: boolean
  words: ResolvedWord[]
  facets: Record<string, KeyCount> | null
  newFacets: [id: number, key: string][] | null
  /** The places of keys that few entries have, with commas between, when the rebuild that was named stands. */
  rarePlaces: Record<string, string> | null
  /** What the database had seen, for `hasListingChanged`. */
  snapshot: string
}

/** Words and filters whose meaning is asked for. */
export interface Question {
  words: readonly string[]
  lastIsBeginning: boolean
  facets: readonly string[]
  knownFacet: number
  /** The rebuild whose postings are met here; 0 for none. */
  base: number
}

export interface ResolutionRequest extends Question {
  suggestsFor: string | null
  /** A snapshot: ask only if what is listed has changed since. */
  since: string | null
}

/** Where a page ended: in the ranked head of a search, in the order behind it, or in an order nobody ranked. */
export interface PagePosition {
  phase: 'head' | 'tail' | 'walk'
  key: string
  id: number
}

export interface PageRequest {
  match: KeySets
  names: KeySets | null
  filters: KeySets
  checks: Matching['checks']
  plan: SearchPlan
  text: {
    plain: string
    folded: string
    handle: string
    tsquery: string
    nameQuery: string
    explains: boolean
  }
  sort: MarketplaceSort
  limit: number
  offset: number
  after: PagePosition | null
  wantsCount: boolean
  budgetMs: number
  /** The rebuild whose facets are known here: its places need no facets read. */
  base: number
  /** The most popular places of what matches, found here by postings of `base`: numbers with commas between. */
  places: string | null
  placesAreAll: boolean
  /** With fewer of them left, unless they are all, the database finds the page itself. */
  placesNeeded: number
  /** Likewise of what is called so. */
  namePlaces: string | null
  /** What was remembered, and the snapshots since when: if what is listed has changed, the answer is what it means now. */
  asked: (Question & { since: readonly string[] }) | null
}

export interface PageRead {
  items: PackageCard[]
  next: PagePosition | null
  total: number | null
  totalIsExact: boolean
  /** The part of all matches whose facets were read; null when none were. */
  share: number | null
  /** The counted facets of the whole catalogue, when nothing narrows it. */
  allFacets: [key: string, count: number][] | null
  isIncomplete: boolean
  /** The rebuild that the index stands on; 0 before the first. */
  base: number
  scores: Record<string, number>[] | null
  /** The page was read by the given places. Then total and facets are of rows written since, and places those they left. */
  isGiven: boolean
  /** What to count: characters, and places of `base`. */
  facets: string
  places: string
}

export interface Beginnings {
  queries: string[]
  tags: [key: string, count: number][]
  handles: PackageCard[]
}

export type ResolvedSearch = Resolution & { beginnings: Beginnings | null }

/**
 * What words and filters mean and, for `suggestsFor`, which popular searches, tags and handles begin with that text.
 * @returns 'unchanged' when nothing was published, changed or withdrawn `since` (moved counters do not count), 'overdue'
 * when the database took too long.
 */
export async function resolveSearch(
  request: ResolutionRequest,
): Promise<ResolvedSearch | 'unchanged' | 'overdue'> {
  try {
    return await queryResolution(request)
  } catch (error) {
    if (isOverdue(error)) return 'overdue'
    throw error
  }
}

async function queryResolution(request: ResolutionRequest): Promise<ResolvedSearch | 'unchanged'> {
  const { words, lastIsBeginning, facets, knownFacet, base, suggestsFor, since } = request
  return await asAnonBriefly(async (db) => {
    const result = await sql<{ resolution: Resolution | null; beginnings: Beginnings | null }>`
      select case when asked.anew
          then catalog.resolve_search(${words}::text[], ${lastIsBeginning}, ${facets}::text[], ${knownFacet}::int, ${base}::int)
          end as resolution,
        case when asked.anew and ${suggestsFor}::text is not null then catalog.suggest_beginnings(${suggestsFor})
          end as beginnings
      from (select ${since}::text is null or catalog.has_listing_changed(${since}::text) as anew offset 0) asked`.execute(
      db,
    )
    const { resolution, beginnings } = firstRow(result.rows)
    return resolution ? { ...resolution, beginnings } : 'unchanged'
  })
}

/**
 * A page, or one flagged incomplete when the database took too long; or what the question means now, when what is
 * listed has changed since it was asked.
 * @throws Problem `bad_request` for a position that no page of this order ended at.
 */
export async function readPage(request: PageRequest): Promise<PageRead | Resolution> {
  try {
    return await queryPage(request)
  } catch (error) {
    if (isOverdue(error)) return OVERDUE
    throw request.after && isDataException(error) ? forgedPosition(error) : error
  }
}

/** What there is of a page that the database was stopped over: nothing, and it says so. */
export const OVERDUE: PageRead = {
  ...{ items: [], next: null, total: null, totalIsExact: false, share: null, allFacets: null },
  ...{ isIncomplete: true, base: 0, isGiven: false, scores: null, facets: '', places: '' },
}

/** Stopped by the time limit of a statement, or kept waiting by a lock once that was over. */
function isOverdue(error: unknown): boolean {
  const { cause } = error instanceof Problem ? error : { cause: undefined }
  return cause instanceof Error && 'code' in cause && (cause.code === '57014' || cause.code === '55P03')
}

/** SQLSTATE class 22: here only a position's key, which a client can write, is read as a number or a time. */
function isDataException(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('22')
}

function forgedPosition(cause: unknown): Problem {
  return new Problem('bad_request', 'The cursor is not valid. Start again from the first page.', {
    issues: [{ path: 'cursor', message: 'Not a cursor that this list issued' }],
    cause,
  })
}

async function queryPage(request: PageRequest): Promise<PageRead | Resolution> {
  return await asAnonBriefly(async (db) => {
    const result = await sql<{
      answer: Omit<PageRead, 'items' | 'facets' | 'places'> | { resolution: Resolution }
      items: string
      facets: string
      places: string | null
    }>`
      select answer, items, facets, places from catalog.search_page(${JSON.stringify(request)}::text::jsonb)`.execute(
      db,
    )
    const { answer, items, facets, places } = firstRow(result.rows)
    if ('resolution' in answer) return answer.resolution
    return { ...answer, items: JSON.parse(items) as PackageCard[], facets, places: places ?? '' }
  })
}

/** The cards of a page or, when it has none, those of the other; in one statement. */
export async function readCards(
  request: PageRequest,
  otherwise: PageRequest,
): Promise<Pick<PageRead, 'items' | 'base' | 'isIncomplete'>> {
  const [first, second] = [JSON.stringify(request), JSON.stringify(otherwise)]
  try {
    return await asAnonBriefly(async (db) => {
      // A case, not a join: what stands in one is made only when it is asked for.
      const result = await sql<{
        items: string
        base: number
        isIncomplete: boolean
        other: { items: string; isIncomplete: boolean } | null
      }>`
        select page.items, (page.answer ->> 'base')::int as base,
          (page.answer ->> 'isIncomplete')::boolean as "isIncomplete",
          case when page.items = '[]' then (
            select jsonb_build_object('items', found.items, 'isIncomplete', found.answer -> 'isIncomplete')
            from catalog.search_page(${second}::text::jsonb) found) end as other
        from catalog.search_page(${first}::text::jsonb) page`.execute(db)
      const { base, other, ...named } = firstRow(result.rows)
      const { items, isIncomplete } = other ?? named
      return { items: JSON.parse(items) as PackageCard[], base, isIncomplete }
    })
  } catch (error) {
    if (isOverdue(error)) return OVERDUE
    throw error
  }
}

/** Facets of the places of a rebuild, in blocks; none when it is no longer the one that stands. */
export async function readFacetBlocks(base: number, first: number, count: number): Promise<string[]> {
  return await asAnon(async (db) => {
    const result = await sql<{ facets: string }>`
      select facets from catalog.read_facet_blocks(${base}::int, ${first}::int, ${count}::int)`.execute(db)
    return result.rows.map(({ facets }) => facets)
  })
}

/** The keys that at least so many entries have, the commonest first. */
export async function readCommonKeys(least: number, limit: number): Promise<number[]> {
  return await asAnon((db) =>
    selectValue(db, sql<number[]>`catalog.common_search_keys(${least}::int, ${limit}::int)`),
  )
}

/** The places of keys in a rebuild; none when it is no longer the one that stands. */
export async function readPostings(
  base: number,
  keys: readonly number[],
): Promise<{ keyId: number; places: string }[]> {
  return await asAnon(async (db) => {
    const result = await sql<{ keyId: number; places: string }>`
      select key_id as "keyId", places from catalog.read_postings(${base}::int, ${keys}::int[])`.execute(db)
    return result.rows
  })
}

function firstRow<T>(rows: readonly T[]): T {
  const [row] = rows
  if (!row) throw new Error('A function that returns one row did not')
  return row
}

export interface PackagesStep {
  builtPackages: number
  totalPackages: number
  isDone: boolean
}

export interface BuildStep {
  builtRows: number
  totalRows: number
  isFilled: boolean
}

/** Who rebuilds: an operator over HTTP, or the machine's owner from the command line. */
export type Rebuilder = Actor | 'service'

export async function readIndexState(actor: Actor): Promise<IndexState | null> {
  return await asActor(actor, (db) => selectValue(db, sql<IndexState | null>`catalog.search_build_state()`))
}

export async function isRebuildDue(): Promise<boolean> {
  return await unhurried('service', sql<boolean>`catalog.is_search_rebuild_due()`)
}

/** Begins a build, or joins the one under way; answers which. */
export async function beginBuild(by: Rebuilder, withPackages: boolean): Promise<number> {
  return await unhurried(by, sql<number>`catalog.begin_search_build(${withPackages}::boolean)`)
}

/** Once nobody writes any more who could not know of the build. @throws Problem `conflict` when somebody goes on for long. */
export async function awaitOlderWriters(by: Rebuilder): Promise<void> {
  await unhurried(by, sql`catalog.await_older_writers()`)
}

export async function stepPackages(by: Rebuilder): Promise<PackagesStep> {
  return await unhurried(by, sql<PackagesStep>`catalog.step_build_packages()`)
}

export async function stepBuild(by: Rebuilder): Promise<BuildStep> {
  return await unhurried(by, sql<BuildStep>`catalog.step_search_build()`)
}

export async function readBuild(by: Rebuilder): Promise<IndexState | null> {
  return await unhurried(by, sql<IndexState | null>`catalog.search_build_state()`)
}

export async function indexBuild(by: Rebuilder): Promise<void> {
  await unhurried(by, sql`catalog.index_search_build()`)
  await unhurried(by, sql`catalog.await_older_readers()`)
}

export async function finishBuild(by: Rebuilder): Promise<number> {
  const { rows } = await unhurried(by, sql<{ rows: number }>`catalog.finish_search_build()`)
  return rows
}

export async function refreshStatistics(by: Rebuilder): Promise<void> {
  await unhurried(by, sql`catalog.refresh_search_statistics()`)
}

/** One transaction without the time limit that guards requests: a step of a rebuild takes as long as it takes. */
async function unhurried<T>(by: Rebuilder, expression: RawBuilder<T>): Promise<T> {
  const run = async (db: Database): Promise<T> => {
    await sql`select set_config('statement_timeout', '0', true)`.execute(db)
    return await selectValue(db, expression)
  }
  if (by !== 'service') return await unhurriedAsActor(by, run)
  return await asService((db) => (db.isTransaction ? run(db) : db.transaction().execute(run)))
}
