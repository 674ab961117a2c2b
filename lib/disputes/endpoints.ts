/** The disputes' part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint, integerParameter } from '#lib/http/endpoint'
import type { TokenScope } from '#lib/kernel/actor'
import { DISPUTE_FILE_MAX_BYTES } from './limits.ts'
import {
  disputeFilterSchema,
  disputePageSchema,
  disputeSchema,
  openDisputeSchema,
  statementSchema,
  verdictSchema,
} from './schemas.ts'

const params = z.object({ id: z.uuid().describe('Of the order') })
const answer = (status: number, description = 'The dispute as it is now') =>
  ({ status, description, schema: disputeSchema }) as const

export const disputesQuerySchema = z.object({
  state: disputeFilterSchema.optional().describe('`open`: whatever waits'),
  cursor: z.string().max(2048).optional(),
  limit: integerParameter({ min: 1, max: 100 }).default(24),
})

export const openDisputeEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases/{id}/dispute',
  operationId: 'openDispute',
  summary: 'Dispute an order of yours, once, until its window closes',
  description:
    'The seller’s share can then neither be released nor paid out. The seller has seven days to answer and the marketplace fourteen to decide; silence of either refunds you.',
  tags: ['Disputes'],
  access: 'signed-in',
  scope: 'purchase',
  params,
  body: { contentType: 'application/json', schema: openDisputeSchema },
  responses: [answer(201)],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const getDisputeEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/purchases/{id}/dispute',
  operationId: 'getDispute',
  summary: 'A dispute with its timeline, for both sides and operators',
  tags: ['Disputes'],
  access: 'signed-in',
  params,
  responses: [answer(200, 'The dispute')],
  problems: ['not_found'],
  cache: 'private',
})

export const speakInDisputeEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases/{id}/dispute/statements',
  operationId: 'speakInDispute',
  summary: 'Say something; the seller’s first statement is their answer',
  description: 'An API token speaks for the buyer with `purchase`, for the seller with `sell`.',
  tags: ['Disputes'],
  access: 'signed-in',
  scope: ['purchase', 'sell'],
  params,
  body: { contentType: 'application/json', schema: statementSchema },
  responses: [answer(201)],
  problems: ['not_found', 'forbidden', 'conflict', 'quota_exceeded'],
  cache: 'private',
})

export const addDisputeFileEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases/{id}/dispute/files',
  operationId: 'addDisputeFile',
  summary: 'Show a file: a picture, a PDF or plain text, at most six a side',
  description: 'Both sides and operators read it, nobody else. Scopes are those of statements.',
  tags: ['Disputes'],
  access: 'signed-in',
  scope: ['purchase', 'sell'],
  params,
  body: {
    contentTypes: ['multipart/form-data'],
    // And a little for the boundaries.
    maxBytes: DISPUTE_FILE_MAX_BYTES + 8192,
    description: 'One field `file`, at most 2 MiB',
  },
  responses: [answer(201)],
  problems: ['not_found', 'forbidden', 'conflict', 'quota_exceeded', 'validation_failed', 'upstream_failed'],
  cache: 'private',
})

export const getDisputeFileEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/purchases/{id}/dispute/files/{fileId}',
  operationId: 'getDisputeFile',
  summary: 'The bytes of a file of a dispute',
  tags: ['Disputes'],
  access: 'signed-in',
  params: params.extend({ fileId: z.uuid() }),
  responses: [
    { status: 200, description: 'The bytes, as an attachment', contentType: 'application/octet-stream' },
  ],
  problems: ['not_found'],
  cache: 'private',
})

export const withdrawDisputeEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/purchases/{id}/dispute/withdraw',
  operationId: 'withdrawDispute',
  summary: 'Let the sale stand after all, as the buyer, for good',
  tags: ['Disputes'],
  access: 'signed-in',
  scope: 'purchase',
  params,
  responses: [answer(200)],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const decideDisputeEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/operator/disputes/{id}/decide',
  operationId: 'decideDispute',
  summary: 'Refund the buyer or let the sale stand, for good',
  tags: ['Disputes'],
  access: 'operator',
  params,
  body: { contentType: 'application/json', schema: verdictSchema },
  responses: [answer(200)],
  problems: ['not_found', 'forbidden', 'conflict'],
  cache: 'private',
})

export const listDisputesEndpoint = list('/api/disputes', 'listDisputes', 'Disputes that you opened')
export const listSellerDisputesEndpoint = list(
  '/api/seller/disputes',
  'listSellerDisputes',
  'Disputes about what you sell',
  { access: 'signed-in', scope: ['read', 'sell'] },
)
export const listAllDisputesEndpoint = list('/api/operator/disputes', 'listAllDisputes', 'All disputes', {
  access: 'operator',
})

function list<const Path extends `/api/${string}`>(
  path: Path,
  operationId: string,
  summary: string,
  options: { access: 'signed-in' | 'operator'; scope?: readonly [TokenScope, ...TokenScope[]] } = {
    access: 'signed-in',
  },
) {
  return defineEndpoint({
    method: 'GET',
    path,
    operationId,
    summary: `${summary}, newest first`,
    tags: ['Disputes'],
    ...options,
    query: disputesQuerySchema,
    responses: [{ status: 200, description: 'One page', schema: disputePageSchema }],
    problems: [],
    cache: 'private',
  })
}

export const disputeEndpoints = [
  openDisputeEndpoint,
  getDisputeEndpoint,
  speakInDisputeEndpoint,
  addDisputeFileEndpoint,
  getDisputeFileEndpoint,
  withdrawDisputeEndpoint,
  decideDisputeEndpoint,
  listDisputesEndpoint,
  listSellerDisputesEndpoint,
  listAllDisputesEndpoint,
]
