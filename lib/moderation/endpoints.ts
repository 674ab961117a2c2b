/** The operators' part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  approvalListSchema,
  approvalsQuerySchema,
  type DecisionAction,
  decisionInputSchema,
  moderatedPackageSchema,
  moderatedStoreSchema,
} from './schemas.ts'

const VERBS = {
  approve: 'Approve',
  reject: 'Reject',
  quarantine: 'Quarantine',
  release: 'Release',
} as const satisfies Record<DecisionAction, string>

export const listApprovalsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/operator/approvals',
  operationId: 'listApprovals',
  summary: 'Stores and packages that wait for approval',
  description: 'What has waited longest comes first.',
  tags: ['Moderation'],
  access: 'operator',
  query: approvalsQuerySchema,
  responses: [{ status: 200, description: 'One page of the queue', schema: approvalListSchema }],
  problems: [],
  cache: 'private',
})

export const approvePackageEndpoint = packageDecision('approve')
export const rejectPackageEndpoint = packageDecision('reject')
export const quarantinePackageEndpoint = packageDecision('quarantine')
export const releasePackageEndpoint = packageDecision('release')
export const approveStoreEndpoint = storeDecision('approve')
export const rejectStoreEndpoint = storeDecision('reject')
export const quarantineStoreEndpoint = storeDecision('quarantine')
export const releaseStoreEndpoint = storeDecision('release')

function packageDecision<const Action extends DecisionAction>(action: Action) {
  return defineEndpoint({
    method: 'POST',
    path: `/api/operator/packages/{namespace}/{name}/${action}`,
    operationId: `${action}Package`,
    summary: `${VERBS[action]} a package`,
    description:
      'It takes effect in search, pages, API and downloads at once; the seller is told the reason.',
    tags: ['Moderation'],
    access: 'operator',
    params: z.object({ namespace: lookupNameSchema, name: lookupNameSchema }),
    query: z.object({}),
    body: { contentType: 'application/json', schema: decisionInputSchema, isOptional: true },
    responses: [{ status: 200, description: 'The package as it is now', schema: moderatedPackageSchema }],
    problems: ['not_found', 'conflict'],
    cache: 'private',
  })
}

function storeDecision<const Action extends DecisionAction>(action: Action) {
  return defineEndpoint({
    method: 'POST',
    path: `/api/operator/stores/{slug}/${action}`,
    operationId: `${action}Store`,
    summary: `${VERBS[action]} a store`,
    description:
      'Its packages are on the shelf only while it is approved; in quarantine its status is `suspended`.',
    tags: ['Moderation'],
    access: 'operator',
    params: z.object({ slug: lookupNameSchema }),
    query: z.object({}),
    body: { contentType: 'application/json', schema: decisionInputSchema, isOptional: true },
    responses: [{ status: 200, description: 'The store as it is now', schema: moderatedStoreSchema }],
    problems: ['not_found', 'conflict'],
    cache: 'private',
  })
}

export const moderationEndpoints = [
  listApprovalsEndpoint,
  approvePackageEndpoint,
  rejectPackageEndpoint,
  quarantinePackageEndpoint,
  releasePackageEndpoint,
  approveStoreEndpoint,
  rejectStoreEndpoint,
  quarantineStoreEndpoint,
  releaseStoreEndpoint,
]
