/** The search part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint, integerParameter } from '#lib/http/endpoint'
import {
  indexStateSchema,
  keepHistorySchema,
  marketplacePageSchema,
  marketplaceQuerySchema,
  rememberSearchSchema,
  searchHistorySchema,
  suggestionsSchema,
  suggestQuerySchema,
  trendingSchema,
} from './schemas.ts'

const HISTORY_TAGS = ['Search history']

export const listMarketplaceEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace',
  operationId: 'listMarketplace',
  summary: 'Search, filter and page through the catalogue',
  description:
    'In `q`: "a phrase", -excluded, one or another, and key:value for a tag; the last word may be the beginning of one. ' +
    'Totals and counts are exact up to 10,000 matches and estimates beyond (`totalIsExact`).',
  tags: ['Marketplace'],
  access: 'public',
  query: marketplaceQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: marketplacePageSchema }],
  problems: ['forbidden', 'unauthenticated'],
  cache: 'hot',
})

export const suggestEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace/suggest',
  operationId: 'suggest',
  summary: 'Suggestions for what has been typed so far',
  description:
    'Popular searches, packages by name (by their texts when no name fits) and tags; at most eight of each. Meant for typing.',
  tags: ['Marketplace'],
  access: 'public',
  query: suggestQuerySchema,
  responses: [{ status: 200, description: 'Suggestions', schema: suggestionsSchema }],
  problems: [],
  cache: 'hot',
})

export const listTrendingEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace/trending',
  operationId: 'listTrending',
  summary: 'Trending and popular searches',
  description: 'Only what at least three people searched for on one day; no person is in it.',
  tags: ['Marketplace'],
  access: 'public',
  query: z.object({}),
  responses: [{ status: 200, description: 'Searches', schema: trendingSchema }],
  problems: [],
  cache: 'featured',
})

export const startIndexRebuildEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/marketplace/index-rebuild',
  operationId: 'startIndexRebuild',
  summary: 'Rebuild the search index',
  description:
    'Goes on in the background while searches answer from the old index; sent again, it tells how far it is.',
  tags: ['Operations'],
  access: 'operator',
  query: z.object({}),
  responses: [{ status: 202, description: 'Under way', schema: indexStateSchema.nullable() }],
  problems: [],
  cache: 'private',
})

export const getIndexRebuildEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace/index-rebuild',
  operationId: 'getIndexRebuild',
  summary: 'How far the rebuild of the search index is',
  tags: ['Operations'],
  access: 'operator',
  query: z.object({}),
  responses: [
    { status: 200, description: 'The one under way, or the last one', schema: indexStateSchema.nullable() },
  ],
  problems: [],
  cache: 'private',
})

export const listSearchHistoryEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/search-history',
  operationId: 'listSearchHistory',
  summary: 'Your last searches',
  tags: HISTORY_TAGS,
  access: 'signed-in',
  query: z.object({}),
  responses: [{ status: 200, description: 'Newest first, at most 100', schema: searchHistorySchema }],
  problems: [],
  cache: 'private',
})

export const rememberSearchEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/search-history',
  operationId: 'rememberSearch',
  summary: 'Note a search',
  description:
    'In your own history, unless you keep none, and, without you in it, among the popular searches.',
  tags: HISTORY_TAGS,
  access: 'signed-in',
  query: z.object({}),
  body: { contentType: 'application/json', schema: rememberSearchSchema },
  responses: [{ status: 204, description: 'Noted' }],
  problems: [],
  cache: 'private',
})

export const keepSearchHistoryEndpoint = defineEndpoint({
  method: 'PATCH',
  path: '/api/search-history',
  operationId: 'keepSearchHistory',
  summary: 'Switch your search history on or off',
  description: 'Switching it off deletes what was kept.',
  tags: HISTORY_TAGS,
  access: 'signed-in',
  query: z.object({}),
  body: { contentType: 'application/json', schema: keepHistorySchema },
  responses: [{ status: 204, description: 'Done' }],
  problems: [],
  cache: 'private',
})

export const clearSearchHistoryEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/search-history',
  operationId: 'clearSearchHistory',
  summary: 'Delete your search history',
  tags: HISTORY_TAGS,
  access: 'signed-in',
  query: z.object({}),
  responses: [{ status: 204, description: 'Deleted' }],
  problems: [],
  cache: 'private',
})

export const forgetSearchEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/search-history/{id}',
  operationId: 'forgetSearch',
  summary: 'Delete one of your searches',
  tags: HISTORY_TAGS,
  access: 'signed-in',
  params: z.object({ id: integerParameter({ min: 1, max: 1e14 }) }),
  query: z.object({}),
  responses: [{ status: 204, description: 'Deleted' }],
  problems: ['not_found'],
  cache: 'private',
})

export const searchEndpoints = [
  listMarketplaceEndpoint,
  suggestEndpoint,
  listTrendingEndpoint,
  startIndexRebuildEndpoint,
  getIndexRebuildEndpoint,
  listSearchHistoryEndpoint,
  rememberSearchEndpoint,
  keepSearchHistoryEndpoint,
  clearSearchHistoryEndpoint,
  forgetSearchEndpoint,
]
