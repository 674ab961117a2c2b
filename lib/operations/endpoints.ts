/** The service's own part of the HTTP contract. Client-safe: declarations only. */
import { z } from 'zod'
import { defineEndpoint } from '#lib/http/endpoint'
import {
  auditPageSchema,
  auditQuerySchema,
  livenessSchema,
  moneyDeskSchema,
  readinessSchema,
} from './schemas.ts'

export const getLivenessEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/health',
  operationId: 'getLiveness',
  summary: 'Whether the process answers',
  description: 'Asks nothing of the database or any other service.',
  tags: ['Service'],
  access: 'public',
  responses: [{ status: 200, description: 'It does', schema: livenessSchema }],
  problems: [],
  cache: 'private',
})

export const getReadinessEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/health/ready',
  operationId: 'getReadiness',
  summary: 'Whether the service can do its work, and what it leans on',
  tags: ['Service'],
  access: 'public',
  responses: [
    { status: 200, description: 'It can, perhaps without a part of it', schema: readinessSchema },
    { status: 503, description: 'It cannot', schema: readinessSchema },
  ],
  problems: [],
  cache: 'private',
})

export const getOpenapiEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/openapi.json',
  operationId: 'getOpenapi',
  summary: 'This contract as OpenAPI 3.1',
  description: 'Built from the schemas that validate the requests.',
  tags: ['Service'],
  access: 'public',
  responses: [
    {
      status: 200,
      description: 'The document',
      schema: z.looseObject({ openapi: z.string() }),
    },
  ],
  problems: [],
  cache: 'document',
})

export const listAuditEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/operator/audit',
  operationId: 'listAudit',
  summary: 'Every change: who, what, when',
  description: 'Newest first. Entries are written in the transaction of the change and never altered.',
  tags: ['Operator'],
  access: 'operator',
  query: auditQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: auditPageSchema }],
  problems: [],
  cache: 'private',
})

export const listOwnAuditEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/audit',
  operationId: 'listOwnAudit',
  summary: 'The changes to your namespaces, and your own',
  description: 'As the operator’s list, narrowed to what concerns the caller.',
  tags: ['Selling'],
  access: 'signed-in',
  query: auditQuerySchema,
  responses: [{ status: 200, description: 'One page', schema: auditPageSchema }],
  problems: [],
  cache: 'private',
})

export const getMoneyDeskEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/operator/money',
  operationId: 'getMoneyDesk',
  summary: 'Where all money stands, and what of it needs a person',
  tags: ['Service'],
  access: 'operator',
  responses: [{ status: 200, description: 'As of now', schema: moneyDeskSchema }],
  problems: [],
  cache: 'private',
})

export const operationsEndpoints = [
  getLivenessEndpoint,
  getReadinessEndpoint,
  getOpenapiEndpoint,
  listAuditEndpoint,
  listOwnAuditEndpoint,
  getMoneyDeskEndpoint,
]
