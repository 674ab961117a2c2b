/** Shapes of what the service says about itself and of its audit log. Client-safe. */
import { z } from 'zod'
import { integerParameter } from '#lib/http/endpoint'
import { lookupNameSchema } from '#lib/kernel/handle-schema'

export const livenessSchema = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
  })
  .meta({ id: 'Liveness' })
export type Liveness = z.infer<typeof livenessSchema>

const dependencySchema = z.object({
  state: z.enum(['up', 'down']),
  latencyMs: z.number().nullable().describe('How long it took to answer; null when it did not'),
})

export const readinessSchema = z
  .object({
    status: z
      .enum(['ready', 'degraded', 'draining', 'unavailable'])
      .describe('`degraded`: serves, without what is down; `draining`: about to stop'),
    version: z.string(),
    uptimeSeconds: z.int().min(0),
    dependencies: z.object({
      database: dependencySchema,
      auth: dependencySchema.describe('Sign-in; sessions that are open go on without it'),
      stripe: z
        .object({ state: z.enum(['up', 'down', 'unknown', 'off']), latencyMs: z.number().nullable() })
        .describe('Card payments, as the last call found them; `off`: not set up; `unknown`: not called yet'),
      limits: z
        .object({
          state: z.enum(['up', 'down', 'own']),
          latencyMs: z.number().nullable(),
          instances: z.int().describe('Processes that share the limits'),
        })
        .describe(
          'The count of requests that several processes share; `down`: each admits its share of the limit; `own`: each counts by itself',
        ),
      views: z.object({
        state: z.enum(['fresh', 'stale', 'unknown']).describe('What the home page is drawn from'),
        refreshedAt: z.iso.datetime().nullable(),
        ageSeconds: z.int().nullable(),
      }),
    }),
  })
  .meta({ id: 'Readiness' })
export type Readiness = z.infer<typeof readinessSchema>

export const auditQuerySchema = z.strictObject({
  action: z
    .string()
    .max(64)
    .regex(
      /^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?$/,
      'Write an action such as version.publish, or version for all of them',
    )
    .optional()
    .describe('`version.publish`, or `version` for everything done to versions'),
  namespace: lookupNameSchema.optional(),
  subject: z.string().min(1).max(300).optional().describe('Exactly: a handle, handle@version, slug or id'),
  actor: z.uuid().optional().describe('Who did it'),
  since: z.iso.datetime().optional().describe('Not before'),
  until: z.iso.datetime().optional().describe('Before'),
  limit: integerParameter({ min: 1, max: 200 }).default(50),
  cursor: z.string().optional().describe('`nextCursor` of the page before'),
})
export type AuditQuery = z.infer<typeof auditQuerySchema>

export const auditEntrySchema = z
  .object({
    id: z.int(),
    createdAt: z.iso.datetime(),
    actor: z.object({
      kind: z.enum(['user', 'operator', 'token', 'system']),
      id: z.uuid().nullable(),
      displayName: z.string().nullable().describe('null when nobody did it, or the account is gone'),
      tokenId: z.uuid().nullable(),
    }),
    action: z.string(),
    subject: z.string(),
    namespace: z.string().nullable(),
    detail: z.record(z.string(), z.json()),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof auditEntrySchema>

export const auditPageSchema = z
  .object({
    items: z.array(auditEntrySchema),
    meta: z.object({ limit: z.int(), nextCursor: z.string().nullable() }),
  })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof auditPageSchema>

/** What should have moved by itself and did not. */
const STUCK_KINDS = [
  'event',
  'top-up',
  'payout',
  'earning',
  'hold',
  'sale',
  'budget',
  'dispute',
  'job',
] as const
const stuckKindSchema = z.enum(STUCK_KINDS)
export type StuckKind = z.infer<typeof stuckKindSchema>

export const moneyDeskSchema = z
  .object({
    balances: z
      .array(
        z.object({ kind: z.string(), currency: z.enum(['USD', 'CRD']), accounts: z.int(), balance: z.int() }),
      )
      .nullable()
      .describe('The trial balance: each currency adds up to zero'),
    disputes: z.object({
      awaitingSeller: z.int(),
      awaitingDecision: z.int(),
      overdue: z.int(),
      nextDueAt: z.iso.datetime().nullable(),
    }),
    reconciliation: z.object({
      isAvailable: z.boolean().describe('Whether there is a Stripe key'),
      lastRunAt: z.iso.datetime().nullable(),
      healedEvents: z.int().describe('Events of the last 30 days that no webhook brought'),
      faults: z
        .array(z.object({ id: z.uuid(), text: z.string(), at: z.iso.datetime() }))
        .describe('Payments where Stripe and the ledger disagree'),
    }),
    stuck: z.array(
      z.object({ kind: stuckKindSchema, id: z.string(), text: z.string(), at: z.iso.datetime().nullable() }),
    ),
  })
  .meta({ id: 'MoneyDesk' })
export type MoneyDesk = z.infer<typeof moneyDeskSchema>
