/** The search part of the HTTP contract. Client-safe. */
import { defineEndpoint } from '#lib/http/endpoint'
import { marketplacePageSchema, marketplaceQuerySchema } from './schemas.ts'

export const listMarketplaceEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/marketplace',
  operationId: 'listMarketplace',
  summary: 'Search, filter and page through the catalogue',
  tags: ['Marketplace'],
  access: 'public',
  query: marketplaceQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: marketplacePageSchema }],
  problems: [],
  cache: 'hot',
})

export const searchEndpoints = [listMarketplaceEndpoint]
