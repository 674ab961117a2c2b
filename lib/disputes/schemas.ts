/** Shapes of disputes as both sides see them. Client-safe. */
import { z } from 'zod'
import { orderSchema } from '#lib/commerce/schemas'
import { STATEMENT_MAX_LENGTH } from './limits.ts'

const timeSchema = z.iso.datetime()

export const disputeCodeSchema = z.enum([
  'not_working',
  'not_as_described',
  'not_accessible',
  'by_mistake',
  'other',
])
export type DisputeCode = z.infer<typeof disputeCodeSchema>

export const disputeStateSchema = z.enum(['awaiting_seller', 'awaiting_decision', 'refunded', 'upheld'])
export type DisputeState = z.infer<typeof disputeStateSchema>

export const disputeSideSchema = z.enum(['buyer', 'seller', 'operator'])
export type DisputeSide = z.infer<typeof disputeSideSchema>

export const openDisputeSchema = z
  .strictObject({
    code: disputeCodeSchema.default('other'),
    reason: z.string().trim().min(1, 'Say what is wrong').max(STATEMENT_MAX_LENGTH),
  })
  .meta({ id: 'OpenDispute' })
export type OpenDisputeInput = z.infer<typeof openDisputeSchema>

export const statementSchema = z
  .strictObject({ text: z.string().trim().min(1, 'Write something').max(STATEMENT_MAX_LENGTH) })
  .meta({ id: 'DisputeStatement' })

export const verdictSchema = z
  .strictObject({
    outcome: z.enum(['refunded', 'upheld']),
    reason: z.string().trim().min(1, 'Say why: both sides read it').max(STATEMENT_MAX_LENGTH),
  })
  .meta({ id: 'DisputeVerdict' })
export type Verdict = z.infer<typeof verdictSchema>

const disputeFileSchema = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mediaType: z.string(),
    sizeBytes: z.int(),
    sha256: z.string(),
  })
  .meta({ id: 'DisputeFile' })

const usageSchema = z
  .object({
    downloads: z.int(),
    launches: z.int(),
    firstAt: timeSchema.nullable(),
    lastAt: timeSchema.nullable(),
    items: z.array(z.object({ kind: z.enum(['download', 'launch']), version: z.string(), at: timeSchema })),
  })
  .meta({
    id: 'DisputeUsage',
    description: 'What the buyer did with the package; the newest fifty one by one',
  })
export type DisputeUsage = z.infer<typeof usageSchema>

const disputeEventSchema = z
  .object({
    id: z.int(),
    kind: z.enum(['opened', 'usage', 'answered', 'statement', 'file', 'refunded', 'upheld']),
    by: z.enum(['buyer', 'seller', 'operator', 'system']),
    text: z.string(),
    at: timeSchema,
    usage: usageSchema.nullable(),
    file: disputeFileSchema.nullable(),
  })
  .meta({ id: 'DisputeEvent' })
export type DisputeEvent = z.infer<typeof disputeEventSchema>

export const disputeSummarySchema = orderSchema
  .extend({
    name: z.string().describe('Display name of the package'),
    seller: z.object({ slug: z.string(), name: z.string() }),
    buyer: z.string().describe('Display name'),
    dispute: z.object({
      state: disputeStateSchema,
      code: disputeCodeSchema,
      openedAt: timeSchema,
      dueAt: timeSchema.nullable().describe('When time alone refunds it'),
      closedAt: timeSchema.nullable(),
    }),
  })
  .meta({ id: 'DisputeSummary', description: 'An order and its dispute' })
export type DisputeSummary = z.infer<typeof disputeSummarySchema>

export const disputeSchema = disputeSummarySchema
  .extend({
    side: disputeSideSchema.describe('On which the caller stands'),
    usage: usageSchema.describe('As of now'),
    allows: z.object({
      speak: z.boolean().describe('Say something or add a file'),
      withdraw: z.boolean(),
      refund: z.boolean(),
      decide: z.boolean(),
    }),
    timeline: z.array(disputeEventSchema).describe('Oldest first'),
  })
  .meta({ id: 'Dispute' })
export type Dispute = z.infer<typeof disputeSchema>

export const disputePageSchema = z
  .object({
    items: z.array(disputeSummarySchema),
    meta: z.object({ limit: z.int(), nextCursor: z.string().nullable() }),
  })
  .meta({ id: 'DisputePage' })
export type DisputePage = z.infer<typeof disputePageSchema>

export const disputeFilterSchema = z.enum(['open', ...disputeStateSchema.options])
export type DisputeFilter = z.infer<typeof disputeFilterSchema>
