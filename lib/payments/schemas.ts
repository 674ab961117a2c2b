/** Shapes of card payments and payouts. Client-safe. */
import { z } from 'zod'
import { moneySchema } from '#lib/kernel/money'

/** In cents. Stripe takes at least 50; the ceiling keeps a slip of the finger small. */
export const TOP_UP_MIN = 500
export const TOP_UP_MAX = 100_000

export const startTopUpSchema = z
  .strictObject({
    amount: z.strictObject({
      amount: z
        .int()
        .min(TOP_UP_MIN, `At least ${TOP_UP_MIN / 100} US dollars`)
        .max(TOP_UP_MAX, `At most ${TOP_UP_MAX / 100} US dollars at a time`),
      currency: z.literal('USD'),
    }),
  })
  .meta({ id: 'StartTopUp', description: 'One US cent buys one credit' })
export type StartTopUpInput = z.infer<typeof startTopUpSchema>

export const topUpSchema = z
  .object({
    id: z.uuid(),
    amount: moneySchema,
    status: z.enum(['open', 'paid', 'expired']),
    url: z.url().nullable().describe('Where the card is taken, while the top-up is open'),
    transactionId: z.uuid().nullable(),
    refunded: moneySchema,
    dispute: z.enum(['open', 'won', 'lost']).nullable(),
    purchase: z
      .object({
        handle: z.string(),
        orderId: z.uuid().nullable(),
        refusal: z.string().nullable().describe('Why it was not bought; the money is in the wallet'),
      })
      .nullable()
      .describe('The package that it pays for; null when it fills the wallet'),
    createdAt: z.iso.datetime({ offset: true }),
    expiresAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .meta({ id: 'TopUp' })
export type TopUp = z.infer<typeof topUpSchema>

export const topUpListSchema = z.object({
  items: z.array(topUpSchema),
  meta: z.object({
    isAvailable: z.boolean(),
    reason: z.string().nullable().describe('Why cards cannot be taken here'),
    minimum: moneySchema,
    maximum: moneySchema,
    nextCursor: z.string().nullable(),
  }),
})
export type TopUpList = z.infer<typeof topUpListSchema>

export const topUpParamsSchema = z.object({ id: z.uuid() })

export const webhookReceiptSchema = z.object({ received: z.literal(true), isNew: z.boolean() })
export type WebhookReceipt = z.infer<typeof webhookReceiptSchema>

export const payoutAccountSchema = z
  .object({
    isAvailable: z.boolean(),
    reason: z.string().nullable().describe('Why sellers cannot be paid out here'),
    state: z.enum(['none', 'incomplete', 'ready']),
    requirements: z.array(z.string()).describe("Stripe's names of what it still wants to know"),
    minimum: moneySchema,
  })
  .meta({ id: 'PayoutAccount' })
export type PayoutAccount = z.infer<typeof payoutAccountSchema>

export const payoutOnboardingSchema = z.object({ url: z.url() }).meta({ id: 'PayoutOnboarding' })
export type PayoutOnboarding = z.infer<typeof payoutOnboardingSchema>

export const payoutSchema = z
  .object({
    id: z.uuid(),
    amount: moneySchema,
    reversed: moneySchema.describe('What Stripe took back after it was paid; it is payable again'),
    state: z.enum(['reserved', 'paid', 'failed']),
    transferId: z.string().nullable(),
    failure: z.string().nullable(),
    createdAt: z.iso.datetime({ offset: true }),
    finishedAt: z.iso.datetime({ offset: true }).nullable(),
  })
  .meta({ id: 'Payout' })
export type Payout = z.infer<typeof payoutSchema>

export const payoutListSchema = z.object({
  items: z.array(payoutSchema),
  meta: z.object({ nextCursor: z.string().nullable() }),
})
export type PayoutList = z.infer<typeof payoutListSchema>

export const payoutLineSchema = z
  .object({
    transactionId: z.uuid(),
    kind: z.string(),
    subject: z.string(),
    amount: moneySchema,
    at: z.iso.datetime({ offset: true }),
  })
  .meta({ id: 'PayoutLine', description: 'One sale, charge or refund that the payout consists of' })

export const payoutDetailSchema = payoutSchema
  .extend({ lines: z.array(payoutLineSchema), carriedOver: moneySchema })
  .meta({ id: 'PayoutDetail' })
export type PayoutDetail = z.infer<typeof payoutDetailSchema>

export const payoutParamsSchema = z.object({ id: z.uuid() })
export const pageQuerySchema = z.object({ cursor: z.string().max(2048).optional() })
