/** What goes in and out of metering: unit prices, budgets, usage events. Client-safe. */
import { z } from 'zod'
import { handleSchema } from '#lib/kernel/handle-schema'

export const MAX_EVENTS_AT_ONCE = 500
export const BUDGET_DAYS = 30
const MAX_CREDITS = 100_000_000

const credits = (min: number, max: number) =>
  z.strictObject({ amount: z.int().min(min).max(max), currency: z.literal('CRD') })

const capabilitySchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'Lower-case letters, digits, dots, hyphens and underscores.')
  .describe('What was used, as the package’s unit prices name it')

const unitPriceSchema = z
  .strictObject({
    capability: capabilitySchema,
    price: credits(0, 1_000_000),
    perUnits: z.int().min(1).max(1_000_000).default(1).describe('The price is for so many units'),
  })
  .meta({ id: 'UnitPrice' })
export type UnitPrice = z.infer<typeof unitPriceSchema>

export const unitPricesInputSchema = z
  .strictObject({
    items: z
      .array(unitPriceSchema)
      .max(50)
      .refine(
        (items) => new Set(items.map((item) => item.capability)).size === items.length,
        'Each capability once.',
      ),
  })
  .meta({ id: 'SetUnitPrices' })
export type UnitPricesInput = z.infer<typeof unitPricesInputSchema>

export const unitPricesSchema = z.object({ items: z.array(unitPriceSchema) }).meta({ id: 'UnitPrices' })
export type UnitPrices = z.infer<typeof unitPricesSchema>

export const budgetInputSchema = z
  .strictObject({
    limit: credits(1, MAX_CREDITS).describe('In all, what was used already included'),
    expiresInDays: z.int().min(1).max(365).default(BUDGET_DAYS),
  })
  .meta({ id: 'SetBudget' })
export type BudgetInput = z.infer<typeof budgetInputSchema>

const money = z.object({ amount: z.int(), currency: z.literal('CRD') })

export const budgetSchema = z
  .object({
    id: z.uuid().describe('What you give the package’s service, and its reports name'),
    handle: z.string(),
    limit: money,
    used: money.describe('Rounded up to whole credits'),
    charged: money,
    status: z.enum(['open', 'expired', 'closed']),
    expiresAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
    buyer: z.string().optional().describe('For the seller: the buyer’s display name'),
  })
  .meta({ id: 'Budget' })
export type Budget = z.infer<typeof budgetSchema>

export const budgetListSchema = z.object({ items: z.array(budgetSchema) }).meta({ id: 'BudgetList' })
export type BudgetList = z.infer<typeof budgetListSchema>

const usageEventSchema = z
  .strictObject({
    id: z.string().min(1).max(128).describe('Yours, unique within the package: sent again, it counts once'),
    package: handleSchema,
    budget: z.uuid().describe('The buyer’s budget'),
    capability: capabilitySchema,
    units: z.int().min(1).max(1_000_000),
    at: z.iso.datetime({ offset: true }).describe('When it was used: within the last seven days'),
  })
  .meta({ id: 'UsageEvent' })

export const usageReportSchema = z
  .strictObject({ events: z.array(usageEventSchema).min(1).max(MAX_EVENTS_AT_ONCE) })
  .meta({ id: 'UsageReport' })
export type UsageReport = z.infer<typeof usageReportSchema>

export const usageOutcomesSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        status: z.enum(['accepted', 'duplicate', 'refused']),
        code: z
          .enum([
            ...(['unknown_budget', 'budget_closed', 'budget_exceeded'] as const),
            ...(['unknown_capability', 'outside_window', 'event_id_reused'] as const),
          ])
          .optional()
          .describe('Why it was refused'),
      }),
    ),
  })
  .meta({ id: 'UsageOutcomes' })
export type UsageOutcomes = z.infer<typeof usageOutcomesSchema>

export const usageSchema = z
  .object({
    items: z.array(
      z.object({
        handle: z.string(),
        hour: z.iso.datetime().describe('Its beginning; by day, that of the day in UTC'),
        capability: z.string(),
        units: z.int(),
        events: z.int(),
        creditMillionths: z.int().describe('The cost in millionths of a credit'),
      }),
    ),
  })
  .meta({ id: 'Usage' })
export type Usage = z.infer<typeof usageSchema>

export interface UsageFilter {
  package?: string | undefined
  from?: string | undefined
  until?: string | undefined
  by?: 'hour' | 'day' | undefined
}

/** A package that charges by use. */
export interface MeteredPackage {
  handle: string
  /** Display name. */
  name: string
}
