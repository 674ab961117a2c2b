/**
 * Owns the address of a listing page: reads it leniently, where the API refuses. People follow old links, edit addresses
 * and arrive with a campaign's parameters; what cannot be used is set aside and named. Pure and client-safe.
 */
import { PAGE_SIZE_DEFAULT, OFFSET_MAX, marketplaceQuerySchema, type MarketplaceQuery } from './schemas.ts'

export type RawSearchParams = Record<string, string | string[] | undefined>

export interface PageQuery {
  /** Filters and order, without the position in the list. */
  filters: Partial<Pick<MarketplaceQuery, (typeof SINGLE)[number]>> & { tags?: string[] }
  /** One-based. */
  page: number
  view: 'grid' | 'list'
  /** Known parameters whose value was no use, as `name=value`. Unknown parameters are nobody's business. */
  ignored: string[]
}

const SINGLE = ['q', 'kind', 'category', 'seller', 'registryUrl', 'price', 'sort'] as const
const TAGS_MAX = 10
const Q_MAX_LENGTH = 200
/** The last page that an offset reaches. */
export const PAGE_MAX = Math.floor(OFFSET_MAX / PAGE_SIZE_DEFAULT) + 1

export function readPageQuery(params: RawSearchParams): PageQuery {
  const ignored: string[] = []
  const filters: Record<string, string> = {}
  for (const name of SINGLE) {
    const value = clean(first(params[name])).slice(0, name === 'q' ? Q_MAX_LENGTH : undefined)
    if (value === '') continue
    if (marketplaceQuerySchema.shape[name].safeParse(value).success) filters[name] = value
    else ignored.push(`${name}=${value}`)
  }
  const tags = readTags(params.tags, ignored)
  const page = clean(first(params.page))
  const view = clean(first(params.view))
  if (page !== '' && !/^[1-9]\d{0,8}$/.test(page)) ignored.push(`page=${page}`)
  return {
    // Each value passed its own field's schema just above.
    filters: { ...filters, ...(tags.length > 0 ? { tags } : {}) },
    page: /^[1-9]\d{0,8}$/.test(page) ? Math.min(Number(page), PAGE_MAX) : 1,
    view: view === 'list' ? 'list' : 'grid',
    ignored,
  }
}

/** What to ask the catalogue for. `fixed` is what the page itself stands for, such as its category. */
export function toMarketplaceQuery(
  { filters, page }: PageQuery,
  fixed: Partial<MarketplaceQuery> = {},
): MarketplaceQuery {
  const limit = PAGE_SIZE_DEFAULT
  return { tags: [], ...filters, ...fixed, limit, offset: (page - 1) * limit }
}

export function pageCountOf(total: number): number {
  return Math.min(Math.max(1, Math.ceil(total / PAGE_SIZE_DEFAULT)), PAGE_MAX)
}

function readTags(raw: string | string[] | undefined, ignored: string[]): string[] {
  const given = [...new Set((Array.isArray(raw) ? raw : [raw ?? '']).map(clean))].filter((tag) => tag !== '')
  return given.filter((tag, index) => {
    const isUsable = index < TAGS_MAX && marketplaceQuerySchema.shape.tags.safeParse([tag]).success
    if (!isUsable) ignored.push(`tags=${tag}`)
    return isUsable
  })
}

function first(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

// Postgres text holds no NUL, and no other control character is worth a search.
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim()
}
