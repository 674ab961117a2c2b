/** All database access of the listing past the index. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { PackageCard } from '#lib/catalog/schemas'
import { asAnon, selectValue } from '#lib/platform/db'
import type { ParsedQuery } from './parse-query.ts'
import type { MarketplaceSort } from './schemas.ts'

export interface LivePageRequest {
  /** Null asks for everything. */
  asked: ParsedQuery | null
  filters: readonly string[]
  sort: MarketplaceSort
  limit: number
  offset: number
}

export interface LivePageRead {
  items: PackageCard[]
  total: number
  facets: [key: string, count: number][]
}

/** A page from the base tables, past the index. */
export async function readLivePage(request: LivePageRequest): Promise<LivePageRead> {
  const { asked, filters, sort, limit, offset } = request
  const words = asked && JSON.stringify(asked)
  return await asAnon((db) =>
    selectValue(
      db,
      sql<LivePageRead>`catalog.live_listing(${words}::text::jsonb, ${filters}::text[], ${sort}, ${limit}::int, ${offset}::int)`,
    ),
  )
}
