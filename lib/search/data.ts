/** All database access of searching the catalogue: one statement asks what a query means, one reads a page. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { PackageCard } from '#lib/catalog/schemas'
import { Problem } from '#lib/kernel/problem'
import { asAnon } from '#lib/platform/db'
import type { ResolvedWord, KeyCount, KeySets, Matching, SearchPlan } from './plan.ts'
import type { MarketplaceSort } from './schemas.ts'

export interface Resolution {
  rowCount: number
  words: ResolvedWord[]
  facets: Record<string, KeyCount> | null
  newFacets: [id: number, key: string][] | null
}

export interface ResolutionRequest {
  words: readonly string[]
  lastIsBeginning: boolean
  facets: readonly string[]
  knownFacet: number
}

/** Where a page ended: in the ranked head of a search, or in an order. */
export interface PagePosition {
  phase: 'head' | 'tail'
  key: string
  id: number
}

export interface PageRequest {
  match: KeySets
  names: KeySets | null
  filters: KeySets
  checks: Matching['checks']
  plan: SearchPlan
  text: { plain: string; folded: string; handle: string; tsquery: string; explains: boolean }
  sort: MarketplaceSort
  limit: number
  offset: number
  after: PagePosition | null
  wantsCount: boolean
  budgetMs: number
}

export interface PageRead {
  items: PackageCard[]
  next: PagePosition | null
  total: number | null
  totalIsExact: boolean
  /** The part of all matches whose facets were read; null when none were. */
  share: number | null
  isIncomplete: boolean
  scores: Record<string, number>[] | null
}

export async function resolveSearch(request: ResolutionRequest): Promise<Resolution> {
  return await asAnon(async (db) => {
    const result = await sql<{ resolution: Resolution }>`
      select catalog.resolve_search(${request.words}::text[], ${request.lastIsBeginning}, ${request.facets}::text[],
        ${request.knownFacet}::int) as resolution`.execute(db)
    return firstRow(result.rows).resolution
  })
}

/** @throws Problem `bad_request` for a position that no page of this order ended at. */
export async function readPage(request: PageRequest): Promise<PageRead & { facets: string }> {
  try {
    return await queryPage(request)
  } catch (error) {
    throw request.after && isDataException(error) ? forgedPosition(error) : error
  }
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

async function queryPage(request: PageRequest): Promise<PageRead & { facets: string }> {
  return await asAnon(async (db) => {
    const result = await sql<{ answer: PageRead; facets: string }>`
      select answer, facets from catalog.search_page(${JSON.stringify(request)}::text::jsonb)`.execute(db)
    const { answer, facets } = firstRow(result.rows)
    return { ...answer, facets }
  })
}

function firstRow<T>(rows: readonly T[]): T {
  const [row] = rows
  if (!row) throw new Error('A function that returns one row did not')
  return row
}
