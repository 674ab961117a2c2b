/** The metering part of the HTTP contract. Client-safe. */
import { z } from 'zod'
import { defineEndpoint } from '#lib/http/endpoint'
import { lookupHandleSchema, lookupNameSchema } from '#lib/kernel/handle-schema'
import {
  budgetInputSchema,
  budgetListSchema,
  budgetSchema,
  unitPricesInputSchema,
  unitPricesSchema,
  usageOutcomesSchema,
  usageReportSchema,
  usageSchema,
} from './schemas.ts'

const params = z.object({ namespace: lookupNameSchema, name: lookupNameSchema })
const time = z.iso.datetime({ offset: true }).optional()
const usageQuery = z.object({
  package: lookupHandleSchema.optional(),
  from: time.describe('At or after; default: 31 days ago'),
  until: time.describe('Before'),
  by: z.enum(['hour', 'day']).default('hour').describe('What a line adds up'),
})
const tags = ['Metering'] as const

export const getUnitPricesEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/packages/{namespace}/{name}/unit-prices',
  operationId: 'getUnitPrices',
  summary: 'What a package charges by use',
  tags,
  access: 'optional',
  params,
  responses: [{ status: 200, description: 'Prices', schema: unitPricesSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const setUnitPricesEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/packages/{namespace}/{name}/unit-prices',
  operationId: 'setUnitPrices',
  summary: 'Set the whole list of a package’s unit prices, as its seller',
  description: 'For usage reported from now on. Usage that was reported keeps its price.',
  tags,
  access: 'signed-in',
  scope: 'sell',
  params,
  body: { contentType: 'application/json', schema: unitPricesInputSchema },
  responses: [{ status: 200, description: 'Prices', schema: unitPricesSchema }],
  problems: ['not_found', 'namespace_not_owned'],
  cache: 'private',
})

export const reportUsageEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/v1/usage-events',
  operationId: 'reportUsage',
  summary: 'Report what buyers used of your packages',
  description:
    'Up to 500 events, each with an outcome of its own. Safe to repeat: an event counts once by its id. Serve the buyer after the event is accepted: what would exceed their budget is refused.',
  tags,
  access: 'signed-in',
  scope: 'usage:write',
  body: { contentType: 'application/json', schema: usageReportSchema, maxBytes: 512 * 1024 },
  responses: [
    { status: 200, description: 'The outcome of each event, in their order', schema: usageOutcomesSchema },
  ],
  problems: [],
  cache: 'private',
})

export const listBudgetsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/usage/budgets',
  operationId: 'listBudgets',
  summary: 'What you allow packages to use, open ones first, then the newest',
  tags,
  access: 'signed-in',
  responses: [{ status: 200, description: 'Budgets', schema: budgetListSchema }],
  problems: [],
  cache: 'private',
})

export const setBudgetEndpoint = defineEndpoint({
  method: 'PUT',
  path: '/api/usage/budgets/{namespace}/{name}',
  operationId: 'setBudget',
  summary: 'Grant or change your budget for a package',
  description: 'The whole budget is set aside in your wallet until it is used, revoked or over.',
  tags,
  access: 'signed-in',
  scope: 'purchase',
  params,
  body: { contentType: 'application/json', schema: budgetInputSchema },
  responses: [{ status: 200, description: 'The budget', schema: budgetSchema }],
  problems: ['not_found', 'own_package', 'payment_required', 'conflict'],
  cache: 'private',
})

export const revokeBudgetEndpoint = defineEndpoint({
  method: 'DELETE',
  path: '/api/usage/budgets/{namespace}/{name}',
  operationId: 'revokeBudget',
  summary: 'Revoke your budget: what was used is charged, the rest is yours again',
  tags,
  access: 'signed-in',
  scope: 'purchase',
  params,
  responses: [{ status: 200, description: 'The closed budget', schema: budgetSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const listUsageEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/usage',
  operationId: 'listUsage',
  summary: 'What you used, by hour or day and capability',
  tags,
  access: 'signed-in',
  query: usageQuery,
  responses: [
    {
      status: 200,
      description: 'Newest first; at most 1,000 lines of hours or 10,000 of days',
      schema: usageSchema,
    },
  ],
  problems: [],
  cache: 'private',
})

export const listSellerUsageEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/usage',
  operationId: 'listSellerUsage',
  summary: 'What buyers used of your packages, by hour or day and capability',
  tags,
  access: 'signed-in',
  scope: ['read', 'sell'],
  query: usageQuery,
  responses: [
    {
      status: 200,
      description: 'Newest first; at most 1,000 lines of hours or 10,000 of days',
      schema: usageSchema,
    },
  ],
  problems: [],
  cache: 'private',
})

export const listSellerBudgetsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/budgets',
  operationId: 'listSellerBudgets',
  summary: 'Budgets that buyers granted your packages, open ones first, then the newest',
  tags,
  access: 'signed-in',
  scope: ['read', 'sell'],
  responses: [{ status: 200, description: 'Budgets', schema: budgetListSchema }],
  problems: [],
  cache: 'private',
})

export const meteringEndpoints = [
  getUnitPricesEndpoint,
  setUnitPricesEndpoint,
  reportUsageEndpoint,
  listBudgetsEndpoint,
  setBudgetEndpoint,
  revokeBudgetEndpoint,
  listUsageEndpoint,
  listSellerUsageEndpoint,
  listSellerBudgetsEndpoint,
]
