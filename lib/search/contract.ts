/**
 * How browsers ask for what belongs to searching: one key and one fetcher for each question, so that two who ask the same
 * share one request. Client-safe, and without the schemas, which browsers need not carry.
 */
import { ApiError, callApi } from '#lib/client/api'
import type {
  clearSearchHistoryEndpoint,
  forgetSearchEndpoint,
  listMarketplaceEndpoint,
  listSearchHistoryEndpoint,
  listTrendingEndpoint,
  rememberSearchEndpoint,
  suggestEndpoint,
} from './endpoints.ts'
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, SUGGEST_MAX_LENGTH } from './limits.ts'
import type { ListingFilters } from './page-query.ts'
import type { MarketplacePage, SearchHistory, Suggestions, Trending } from './schemas.ts'

interface Asked {
  signal: AbortSignal
}

export interface ListingQuestion {
  filters: ListingFilters
  /** One-based: where the list begins. */
  page: number
}

/** Whoever reads on gets more at a time, so that a long list is a few dozen requests. */
const PAGE_GROWTH = { from: 48, to: PAGE_SIZE_MAX }

interface NextPage {
  cursor: string
  limit: number
}

export const listingKey = ({ filters, page }: ListingQuestion) => [
  'listing',
  listingParameters(filters),
  page,
]

export const listingQuery = (question: ListingQuestion) => ({
  queryKey: listingKey(question),
  queryFn: async ({
    pageParam,
    signal,
  }: Asked & { pageParam: NextPage | null }): Promise<MarketplacePage> => {
    const parameters = new URLSearchParams(listingParameters(question.filters))
    const { page } = question
    parameters.set('limit', String(pageParam?.limit ?? PAGE_SIZE_DEFAULT))
    if (pageParam) parameters.set('cursor', pageParam.cursor)
    else if (page > 1) parameters.set('offset', String((page - 1) * PAGE_SIZE_DEFAULT))
    const path = `/api/marketplace?${parameters.toString()}` as const
    const answer = await callApi<typeof listMarketplaceEndpoint>({ method: 'GET', path, signal })
    if (isUnanswered(answer, pageParam?.cursor)) {
      throw new ApiError('timeout', 'This search took longer than it may. Try again, or with other words.')
    }
    return answer
  },
  initialPageParam: null as NextPage | null,
  getNextPageParam: ({ meta }: MarketplacePage, pages: MarketplacePage[]): NextPage | undefined => {
    if (meta.nextCursor === null) return undefined
    const loaded = pages.reduce((sum, { items }) => sum + items.length, 0)
    return { cursor: meta.nextCursor, limit: Math.min(Math.max(loaded, PAGE_GROWTH.from), PAGE_GROWTH.to) }
  },
  // A list that is being read does not change under its reader; a new visit asks anew.
  staleTime: Infinity,
})

/**
 * The time ran out before anything was found: there may be packages or not, and nowhere to go on but where it was begun.
 * @param cursor where the page was asked to begin.
 */
export function isUnanswered({ items, meta }: MarketplacePage, cursor: string | null = null): boolean {
  return meta.incomplete && items.length === 0 && (meta.nextCursor === null || meta.nextCursor === cursor)
}

/** In a fixed order, so that one question is written in one way. */
function listingParameters(filters: ListingFilters): string {
  const { q, kind, category, seller, registryUrl, price, rating, tags = [], sort } = filters
  const single = { q, kind, category, seller, registryUrl, price, rating, sort }
  const pairs = Object.entries(single).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return new URLSearchParams([...pairs, ...tags.map((tag): [string, string] => ['tags', tag])]).toString()
}

export const suggestionsKey = (text: string) => ['suggestions', text]

export const suggestionsQuery = (text: string) => {
  // No half of a character at the end.
  const q = text.slice(0, SUGGEST_MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, '')
  return {
    queryKey: suggestionsKey(q),
    queryFn: ({ signal }: Asked): Promise<Suggestions> =>
      callApi<typeof suggestEndpoint>({
        method: 'GET',
        path: `/api/marketplace/suggest?q=${encodeURIComponent(q)}`,
        signal,
      }),
    staleTime: 5 * 60_000,
  }
}

export const trendingQuery = () => ({
  queryKey: ['trending'],
  queryFn: ({ signal }: Asked): Promise<Trending> =>
    callApi<typeof listTrendingEndpoint>({ method: 'GET', path: '/api/marketplace/trending', signal }),
  staleTime: 5 * 60_000,
})

export const HISTORY_KEY = ['search-history']

export const historyQuery = () => ({
  queryKey: HISTORY_KEY,
  queryFn: ({ signal }: Asked): Promise<SearchHistory> =>
    callApi<typeof listSearchHistoryEndpoint>({ method: 'GET', path: '/api/search-history', signal }),
})

export async function postSearch(query: string): Promise<void> {
  await callApi<typeof rememberSearchEndpoint>({
    method: 'POST',
    path: '/api/search-history',
    json: { query },
  })
}

export async function deleteSearch(id: number): Promise<void> {
  await callApi<typeof forgetSearchEndpoint>({ method: 'DELETE', path: `/api/search-history/${id}` })
}

export async function deleteSearches(): Promise<void> {
  await callApi<typeof clearSearchHistoryEndpoint>({ method: 'DELETE', path: '/api/search-history' })
}
