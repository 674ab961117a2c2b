/** Shapes of buying and of money as clients see them. Client-safe. */
import { z } from 'zod'
import { packageCardSchema } from '#lib/catalog/schemas'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { moneySchema, priceSchema } from '#lib/kernel/money'

const timeSchema = z.iso.datetime()
const pageMetaSchema = z.object({ limit: z.int(), nextCursor: z.string().nullable() })

export const orderStatusSchema = z.enum(['settled', 'disputed', 'refunded', 'upheld'])

export const orderSchema = z
  .object({
    id: z.uuid(),
    handle: z.string(),
    version: z.string().describe('The latest version at the time'),
    price: priceSchema,
    status: orderStatusSchema,
    transactionId: z.uuid().describe('Of the ledger'),
    createdAt: timeSchema,
  })
  .meta({ id: 'Order' })
export type Order = z.infer<typeof orderSchema>

export const purchaseSchema = z.strictObject({
  handle: lookupHandleSchema,
  expectedPrice: priceSchema.describe('As the buyer saw it; another price is refused with 409'),
})
export type PurchaseInput = z.infer<typeof purchaseSchema>

/** What buying a package would mean for whoever asks. */
export const offerSchema = z
  .object({
    handle: z.string(),
    name: z.string().describe('Display name'),
    version: z.string().nullable(),
    price: priceSchema,
    seller: z.object({ slug: z.string(), name: z.string() }),
    isAvailable: z.boolean(),
    seatsLeft: z.int().nullable().describe('null: as many as are bought'),
    reportDays: z.int().describe('For how long a problem can be reported after buying'),
    standing: z.enum(['signed-out', 'open', 'owned', 'own']),
    orderId: z.uuid().nullable().describe('By which it came into the library'),
    buyerId: z.uuid().nullable(),
    wallet: moneySchema.nullable().describe('What the caller can spend'),
  })
  .meta({ id: 'Offer' })
export type Offer = z.infer<typeof offerSchema>

const orderSummarySchema = orderSchema
  .extend({ name: z.string().describe('Display name') })
  .meta({ id: 'OrderSummary' })
export type OrderSummary = z.infer<typeof orderSummarySchema>
export const orderPageSchema = z
  .object({ items: z.array(orderSummarySchema), meta: pageMetaSchema })
  .meta({ id: 'OrderPage' })
export type OrderPage = z.infer<typeof orderPageSchema>

/** What a receipt says, and what became of the order. */
export const orderDetailSchema = orderSummarySchema
  .extend({
    side: z.enum(['buyer', 'seller', 'operator']).describe('Whose eyes these are'),
    buyer: z.string().describe('Display name'),
    seller: z.object({ slug: z.string(), name: z.string() }),
    paidWith: moneySchema.describe('What was taken from the wallet'),
    timeline: z.array(
      z.object({
        status: orderStatusSchema,
        at: timeSchema,
        by: z.enum(['buyer', 'seller', 'operator', 'system']),
        reason: z.string(),
      }),
    ),
    releaseAt: timeSchema
      .nullable()
      .describe('Until when the seller’s share is held; null for what the house sold'),
    disputableUntil: timeSchema.nullable().describe('null: there is no money to give back'),
    allows: z
      .object({ refund: z.boolean(), dispute: z.boolean() })
      .describe('What the caller may do about it now'),
  })
  .meta({ id: 'OrderDetail' })
export type OrderDetail = z.infer<typeof orderDetailSchema>

export const refundSchema = z.strictObject({ reason: z.string().trim().min(1).max(2000) })

export const walletSchema = z
  .object({
    available: moneySchema,
    held: moneySchema.describe('Set aside for budgets'),
    owed: moneySchema.describe('What a reversed card payment left owed'),
  })
  .meta({ id: 'Wallet' })
export type Wallet = z.infer<typeof walletSchema>

export const walletEntryKindSchema = z.enum([
  'top_up',
  'top_up_reversal',
  'grant',
  'purchase',
  'hold',
  'hold_extension',
  'capture',
  'hold_release',
  'refund',
  'dispute_open',
  'dispute_upheld',
])
export const walletEntrySchema = z
  .object({
    id: z.int().describe('Counts up within the wallet'),
    transactionId: z.uuid(),
    kind: walletEntryKindSchema,
    subject: z.string().describe('A handle, or what the money was for'),
    orderId: z.uuid().nullable(),
    amount: moneySchema,
    balance: moneySchema.describe('Afterwards'),
    createdAt: timeSchema,
    hold: z
      .object({
        charged: moneySchema.describe('Of what was set aside, so far'),
        isOpen: z.boolean(),
      })
      .nullable()
      .describe(
        'For what is set aside or given back: what became of it. Charges by use are taken from there',
      ),
  })
  .meta({ id: 'WalletEntry' })
export type WalletEntry = z.infer<typeof walletEntrySchema>
export const walletEntryPageSchema = z
  .object({ items: z.array(walletEntrySchema), meta: pageMetaSchema })
  .meta({ id: 'WalletEntryPage' })
export type WalletEntryPage = z.infer<typeof walletEntryPageSchema>

export interface WalletEntryFilter {
  kind?: readonly string[]
  from?: string
  until?: string
}

export const libraryItemSchema = z
  .object({
    package: packageCardSchema,
    source: z.enum(['free', 'purchase', 'grant']),
    orderId: z.uuid().nullable(),
    grantedAt: timeSchema,
    version: z.string().nullable().describe('Last downloaded, or the latest when it was bought'),
    hasUpdate: z.boolean(),
    versions: z.array(z.object({ version: z.string(), createdAt: timeSchema, isYanked: z.boolean() })),
  })
  .meta({ id: 'LibraryItem' })
export const librarySchema = z
  .object({ items: z.array(libraryItemSchema), meta: pageMetaSchema })
  .meta({ id: 'Library' })
export type LibraryItem = z.infer<typeof libraryItemSchema>
export type Library = z.infer<typeof librarySchema>

const earningStateSchema = z.enum(['held', 'payable', 'disputed', 'returned'])
export const sellerOrderSchema = orderSummarySchema
  .extend({
    fee: moneySchema,
    earned: moneySchema.describe('Price less fee'),
    earning: z.object({ state: earningStateSchema, releaseAt: timeSchema }).nullable(),
    buyer: z.string().describe('Display name'),
  })
  .meta({ id: 'SellerOrder' })
export type SellerOrder = z.infer<typeof sellerOrderSchema>
export const sellerOrderPageSchema = z
  .object({ items: z.array(sellerOrderSchema), meta: pageMetaSchema })
  .meta({ id: 'SellerOrderPage' })
export type SellerOrderPage = z.infer<typeof sellerOrderPageSchema>

export const sellerStatsSchema = z
  .object({
    held: moneySchema,
    payable: moneySchema,
    disputed: moneySchema,
    onItsWay: moneySchema,
    paid: moneySchema,
    days: z.array(
      z.object({
        day: z.iso.date(),
        orders: z.int(),
        refunds: z.int(),
        gross: moneySchema,
        earned: moneySchema,
        earnedByUse: moneySchema.describe('Of it, from usage that was charged'),
      }),
    ),
    releases: z
      .array(z.object({ day: z.iso.date(), amount: moneySchema }))
      .describe('When what is held becomes payable'),
  })
  .meta({ id: 'SellerStats' })
export type SellerStats = z.infer<typeof sellerStatsSchema>

export const stockInputSchema = z.strictObject({
  seats: z.int().min(0).max(1_000_000_000).nullable().describe('null: as many as are bought'),
})
export const stockSchema = z
  .object({ handle: z.string(), seats: z.int().nullable(), sold: z.int().nullable() })
  .meta({ id: 'Stock' })
export type Stock = z.infer<typeof stockSchema>
