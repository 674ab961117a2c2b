/**
 * How browsers ask for what belongs to searching: one key and one fetcher for each question, so that two who ask the same
 * share one request. Client-safe, and without the schemas, which browsers need not carry.
 */
import { callApi } from '#lib/client/api'
import type {
  clearSearchHistoryEndpoint,
  forgetSearchEndpoint,
  listSearchHistoryEndpoint,
  listTrendingEndpoint,
  suggestEndpoint,
} from './endpoints.ts'
import type { SearchHistory, Suggestions, Trending } from './schemas.ts'

interface Asked {
  signal: AbortSignal
}

export const suggestionsQuery = (text: string) => ({
  queryKey: ['suggestions', text],
  queryFn: ({ signal }: Asked): Promise<Suggestions> =>
    callApi<typeof suggestEndpoint>({
      method: 'GET',
      path: `/api/marketplace/suggest?q=${encodeURIComponent(text)}`,
      signal,
    }),
})

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

export async function deleteSearch(id: number): Promise<void> {
  await callApi<typeof forgetSearchEndpoint>({ method: 'DELETE', path: `/api/search-history/${id}` })
}

export async function deleteSearches(): Promise<void> {
  await callApi<typeof clearSearchHistoryEndpoint>({ method: 'DELETE', path: '/api/search-history' })
}
