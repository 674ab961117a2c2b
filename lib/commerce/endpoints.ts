/** The commerce part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint, integerParameter } from '#lib/http/endpoint'
import { lookupHandleSchema, lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  librarySchema,
  offerSchema,
  orderDetailSchema,
  orderPageSchema,
  orderSchema,
  orderStatusSchema,
  purchaseSchema,
  refundSchema,
  sellerOrderPageSchema,
  sellerStatsSchema,
  stockInputSchema,
  stockSchema,
  walletEntryKindSchema,
  walletEntryPageSchema,
  walletSchema,
} from './schemas.ts'

const cursor = z.string().max(2048).optional()
const limit = integerParameter({ min: 1, max: 100 }).default(24)
const time = z.iso.datetime({ offset: true }).optional()
const page = { cursor, limit }
const orderParams = z.object({ id: z.uuid() })
const statementQuery = {
  kind: z.array(walletEntryKindSchema).optional().describe('Repeatable'),
  from: time.describe('At or after'),
  until: time.describe('Before'),
}

export const purchaseEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases',
  operationId: 'purchasePackage',
  idempotency: 'own',
  summary: 'Buy a package with credits, or get a free one',
  description:
    'Send an `Idempotency-Key` of your own for each purchase you mean: however often the request arrives within 30 days, it is done once and answered the same.',
  tags: ['Buying'],
  access: 'signed-in',
  scope: 'purchase',
  body: { contentType: 'application/json', schema: purchaseSchema },
  responses: [{ status: 201, description: 'The order', schema: orderSchema }],
  problems: [
    ...([
      'not_found',
      'payment_required',
      'own_package',
      'already_owned',
      'price_changed',
      'sold_out',
    ] as const),
    ...(['idempotency_in_flight', 'idempotency_key_reused'] as const),
  ],
  cache: 'private',
})

export const getOfferEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/packages/{namespace}/{name}/offer',
  operationId: 'getOffer',
  summary: 'What buying a package would mean for you: price, whether you have it, your wallet',
  tags: ['Buying'],
  access: 'optional',
  params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
  responses: [{ status: 200, description: 'The offer', schema: offerSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const listPurchasesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/purchases',
  operationId: 'listPurchases',
  summary: 'Your own orders, newest first',
  tags: ['Buying'],
  access: 'signed-in',
  query: z.object({ ...page, status: orderStatusSchema.optional() }),
  responses: [{ status: 200, description: 'Orders', schema: orderPageSchema }],
  problems: [],
  cache: 'private',
})

export const getPurchaseEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/purchases/{id}',
  operationId: 'getPurchase',
  summary: 'One order with what became of it: the receipt',
  tags: ['Buying'],
  access: 'signed-in',
  params: orderParams,
  responses: [{ status: 200, description: 'The order', schema: orderDetailSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const refundPurchaseEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases/{id}/refund',
  operationId: 'refundPurchase',
  summary: 'Refund an order, as its seller or an operator',
  tags: ['Selling'],
  access: 'signed-in',
  scope: 'sell',
  params: orderParams,
  body: { contentType: 'application/json', schema: refundSchema },
  responses: [{ status: 200, description: 'The order', schema: orderSchema }],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const getLibraryEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/library',
  operationId: 'getLibrary',
  summary: 'What you have a right to, with versions and updates',
  tags: ['Buying'],
  access: 'signed-in',
  query: z.object(page),
  responses: [{ status: 200, description: 'The library, newest first', schema: librarySchema }],
  problems: [],
  cache: 'private',
})

export const getWalletEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/wallet',
  operationId: 'getWallet',
  summary: 'Your credits',
  tags: ['Buying'],
  access: 'signed-in',
  responses: [{ status: 200, description: 'Balances', schema: walletSchema }],
  problems: [],
  cache: 'private',
})

export const listWalletEntriesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/wallet/entries',
  operationId: 'listWalletEntries',
  summary: 'Your statement, newest first',
  tags: ['Buying'],
  access: 'signed-in',
  query: z.object({ ...page, ...statementQuery }),
  responses: [{ status: 200, description: 'Entries', schema: walletEntryPageSchema }],
  problems: [],
  cache: 'private',
})

export const exportWalletEntriesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/wallet/entries.csv',
  operationId: 'exportWalletEntries',
  summary: 'Your statement as CSV, at most the newest 10,000 entries',
  tags: ['Buying'],
  access: 'signed-in',
  query: z.object(statementQuery),
  responses: [{ status: 200, description: 'CSV with a header row', contentType: 'text/csv' }],
  problems: [],
  cache: 'private',
})

export const listSellerOrdersEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/orders',
  operationId: 'listSellerOrders',
  summary: 'Orders of your store and of the namespaces that you look after, newest first',
  tags: ['Selling'],
  access: 'signed-in',
  scope: ['read', 'sell'],
  query: z.object({
    ...page,
    status: orderStatusSchema.optional(),
    handle: lookupHandleSchema.optional(),
    from: time.describe('At or after'),
    until: time.describe('Before'),
  }),
  responses: [{ status: 200, description: 'Orders', schema: sellerOrderPageSchema }],
  problems: ['store_required'],
  cache: 'private',
})

export const getSellerStatsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/stats',
  operationId: 'getSellerStats',
  summary: 'What your store has earned, by day and by where it stands',
  tags: ['Selling'],
  access: 'signed-in',
  query: z.object({ days: integerParameter({ min: 1, max: 366 }).default(30) }),
  responses: [{ status: 200, description: 'Sums', schema: sellerStatsSchema }],
  problems: ['store_required'],
  cache: 'private',
})

export const setStockEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/packages/{namespace}/{name}/stock',
  operationId: 'setStock',
  summary: 'Limit how many of a package are sold',
  description: 'Seats that are sold stay sold: asked for fewer, the limit is what is sold.',
  tags: ['Selling'],
  access: 'signed-in',
  scope: 'sell',
  params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
  body: { contentType: 'application/json', schema: stockInputSchema },
  responses: [{ status: 200, description: 'Seats and how many are taken', schema: stockSchema }],
  problems: ['not_found', 'namespace_not_owned'],
  cache: 'private',
})

export const commerceEndpoints = [
  purchaseEndpoint,
  getOfferEndpoint,
  listPurchasesEndpoint,
  getPurchaseEndpoint,
  refundPurchaseEndpoint,
  getLibraryEndpoint,
  getWalletEndpoint,
  listWalletEntriesEndpoint,
  exportWalletEntriesEndpoint,
  listSellerOrdersEndpoint,
  getSellerStatsEndpoint,
  setStockEndpoint,
]
