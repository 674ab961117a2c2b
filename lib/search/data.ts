/** All database access of searching. One statement answers a page with its total and tags. Private to this feature. */
import 'server-only'
import { type RawBuilder, sql } from 'kysely'
import type { PackageCard } from '#lib/catalog/schemas'
import { Problem } from '#lib/kernel/problem'
import { asAnon } from '#lib/platform/db'
import { prefixQuery } from './rules.ts'
import type { MarketplaceSort, TagCount } from './schemas.ts'

export interface PageRequest {
  q: string | null
  tags: readonly string[]
  kind: string | null
  category: string | null
  seller: string | null
  registryUrl: string | null
  price: 'free' | 'paid' | null
  sort: MarketplaceSort
  limit: number
  offset: number
  after: { key: string; handle: string } | null
}

export interface PageRead {
  items: PackageCard[]
  total: number
  tags: TagCount[]
  /** Position of the last item, or null when nothing follows it. */
  last: { key: string; handle: string } | null
}

interface SortOrder {
  key: RawBuilder<unknown>
  cast: RawBuilder<unknown>
  descending: boolean
}

const ORDERS: Record<MarketplaceSort, SortOrder> = {
  relevance: { key: sql`relevance`, cast: sql`float8`, descending: true },
  hot: { key: sql`hot_score`, cast: sql`float8`, descending: true },
  new: { key: sql`created_at`, cast: sql`timestamptz`, descending: true },
  rating: { key: sql`rating_average`, cast: sql`real`, descending: true },
  name: { key: sql`lower(display_name)`, cast: sql`text`, descending: false },
  handle: { key: sql`handle`, cast: sql`text`, descending: false },
  price: { key: sql`price_amount`, cast: sql`bigint`, descending: false },
}

/** @throws Problem `bad_request` for a position that no page of this order ended at. */
export async function readPage(request: PageRequest): Promise<PageRead> {
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

async function queryPage(request: PageRequest): Promise<PageRead> {
  const order = ORDERS[request.sort]
  const direction = order.descending ? sql`desc` : sql`asc`
  const comparison = order.descending ? sql`<` : sql`>`
  const after = request.after
    ? // As text first: the driver would send a time of its own, cut to milliseconds.
      sql`where (sort_key ${comparison} ${request.after.key}::text::${order.cast}
        or (sort_key = ${request.after.key}::text::${order.cast} and handle > ${request.after.handle}))`
    : sql``
  const { condition, relevance } = textMatch(request.q)
  return await asAnon(async (db) => {
    const result = await sql<{
      items: PackageCard[]
      total: number
      tags: TagCount[]
      keys: { key: string; handle: string }[]
    }>`
      with matched as materialized (
        select handle, entry, tags, ${order.key} as sort_key
        from (select r.*, ${relevance} as relevance from catalog.marketplace_catalog_rows r where ${condition}
          and ${filters(request)}) candidates
      ), page as (
        select handle, entry, sort_key from matched ${after}
        order by sort_key ${direction}, handle
        limit ${request.limit + 1} offset ${request.offset}
      )
      select
        (select count(*)::int from matched) as total,
        coalesce((select jsonb_agg(entry order by sort_key ${direction}, handle) from page), '[]') as items,
        coalesce((select jsonb_agg(jsonb_build_object('key', sort_key::text, 'handle', handle)
          order by sort_key ${direction}, handle) from page), '[]') as keys,
        coalesce((select jsonb_agg(jsonb_build_object('key', split_part(tag, ':', 1),
            'value', substr(tag, strpos(tag, ':') + 1), 'count', uses) order by uses desc, tag)
          from (select tag, count(*)::int as uses from matched, unnest(tags) tag
            group by tag order by uses desc, tag limit 100) counted), '[]') as tags`.execute(db)
    const row = result.rows[0]
    if (!row) throw new Error('A select without from always yields one row')
    return {
      items: row.items.slice(0, request.limit),
      total: row.total,
      tags: row.tags,
      last: row.items.length > request.limit ? (row.keys[request.limit - 1] ?? null) : null,
    }
  })
}

function filters(request: PageRequest): RawBuilder<unknown> {
  const all = [sql`true`]
  if (request.tags.length > 0) all.push(sql`r.tags @> ${request.tags}::text[]`)
  if (request.kind) all.push(sql`r.kind = ${request.kind}`)
  if (request.category) all.push(sql`r.category_slug = ${request.category}`)
  if (request.seller) all.push(sql`r.store_slug = ${request.seller}`)
  if (request.registryUrl === 'local') all.push(sql`r.registry_id = 'local'`)
  else if (request.registryUrl) all.push(sql`r.registry_url = ${request.registryUrl}`)
  if (request.price) all.push(request.price === 'free' ? sql`r.price_amount = 0` : sql`r.price_amount > 0`)
  return sql.join(all, sql` and `)
}

/**
 * Which rows match the words, and how well: the exact handle or name first, then names that begin so, then text rank
 * blended with popularity. `websearch_to_tsquery` takes any text without raising.
 */
function textMatch(q: string | null): { condition: RawBuilder<unknown>; relevance: RawBuilder<unknown> } {
  if (!q) return { condition: sql`true`, relevance: sql`0::float8` }
  const prefix = prefixQuery(q)
  const words = sql`websearch_to_tsquery('pg_catalog.english', catalog.search_text(${q}))`
  const beginnings = prefix ? sql`to_tsquery('pg_catalog.simple', ${prefix})` : sql`''::tsquery`
  const folded = q.toLowerCase()
  const nearness = sql`extensions.word_similarity(${folded}, r.handle)`
  return {
    condition: sql`(r.search @@ ${words} or r.search @@ ${beginnings} or ${nearness} >= 0.6)`,
    relevance: sql`round((
      case when r.handle = ${folded} then 100 when lower(r.display_name) = ${folded} then 50
        when split_part(r.handle, '/', 2) = ${folded} then 40
        when starts_with(lower(r.display_name), ${folded}) then 10 else 0 end
      + 10 * ts_rank(r.search, ${words}) + 10 * ts_rank(r.search, ${beginnings})
      + 4 * ${nearness} + 0.1 * r.hot_score)::numeric, 6)::float8`,
  }
}
