/**
 * Owns the address of a listing page: reads it leniently, where the API refuses. People follow old links, edit addresses
 * and arrive with a campaign's parameters; what cannot be used is set aside and named. Pure and client-safe: server and
 * browser read an address alike.
 */
import { KIND_NAMES } from '#lib/kernel/kind-names'
import { parseTag } from '#lib/kernel/tag-text'
import {
  OFFSET_MAX,
  PAGE_SIZE_DEFAULT,
  PRICE_NAMES,
  Q_MAX_LENGTH,
  RATING_MAX,
  REGISTRY_URL_MAX_LENGTH,
  SLUG_MAX_LENGTH,
  SLUG_PATTERN,
  SORT_NAMES,
  TAGS_MAX,
} from './limits.ts'
import type { MarketplaceQuery } from './schemas.ts'

export type RawSearchParams = Record<string, string | string[] | undefined>

type SingleFilters = Partial<
  Pick<MarketplaceQuery, 'q' | 'kind' | 'category' | 'seller' | 'registryUrl' | 'price' | 'rating' | 'sort'>
>
export type ListingFilters = SingleFilters & { tags?: string[] }

export interface PageQuery {
  /** Filters and order, without the position in the list. */
  filters: ListingFilters
  /** One-based. */
  page: number
  view: 'grid' | 'list'
  /** Known parameters whose value was no use, as `name=value`. Unknown parameters are nobody's business. */
  ignored: string[]
}

/** Each parameter's reading; `undefined` for a value that is no use. */
const READERS: { [Name in keyof Required<SingleFilters>]: (text: string) => SingleFilters[Name] } = {
  q: (text) => text.slice(0, Q_MAX_LENGTH).trim(),
  kind: oneOf(KIND_NAMES),
  category: slug,
  seller: slug,
  registryUrl: (text) => (text.length <= REGISTRY_URL_MAX_LENGTH ? text : undefined),
  price: oneOf(PRICE_NAMES),
  rating: (text) => (/^[1-9]$/.test(text) && Number(text) <= RATING_MAX ? Number(text) : undefined),
  sort: oneOf(SORT_NAMES),
}

/** The last page that an offset reaches. */
export const PAGE_MAX = Math.floor(OFFSET_MAX / PAGE_SIZE_DEFAULT) + 1

export function readPageQuery(params: RawSearchParams): PageQuery {
  const ignored: string[] = []
  const filters: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(READERS)) {
    const text = clean(first(params[name]))
    if (text === '') continue
    const value = read(text)
    if (value === undefined) ignored.push(`${name}=${text}`)
    else filters[name] = value
  }
  const tags = readTags(params.tags, ignored)
  const page = clean(first(params.page))
  const view = clean(first(params.view))
  if (page !== '' && !/^[1-9]\d{0,8}$/.test(page)) ignored.push(`page=${page}`)
  return {
    // Each value came from the reader of its name just above.
    filters: { ...filters, ...(tags.length > 0 ? { tags } : {}) },
    page: /^[1-9]\d{0,8}$/.test(page) ? Math.min(Number(page), PAGE_MAX) : 1,
    view: view === 'list' ? 'list' : 'grid',
    ignored,
  }
}

/** An address's own parameters in the form that pages get them. */
export function rawSearchParams(params: URLSearchParams): RawSearchParams {
  return Object.fromEntries([...new Set(params.keys())].map((name) => [name, params.getAll(name)]))
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
    const isUsable = index < TAGS_MAX && parseTag(tag) !== null
    if (!isUsable) ignored.push(`tags=${tag}`)
    return isUsable
  })
}

function oneOf<const Name extends string>(names: readonly Name[]): (text: string) => Name | undefined {
  return (text) => names.find((name) => name === text)
}

function slug(text: string): string | undefined {
  return text.length <= SLUG_MAX_LENGTH && SLUG_PATTERN.test(text) ? text : undefined
}

function first(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

// Postgres text holds no NUL, and no other control character is worth a search.
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ').trim()
}
