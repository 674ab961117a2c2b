/**
 * Owns the shape of money: integer minor units with a currency. It does no arithmetic across currencies; the ledger does
 * that in the database.
 */
import { z } from 'zod'

/** `USD` counts cents; `CRD` counts credits, and one credit is worth one cent. */
export const currencySchema = z.enum(['USD', 'CRD'])

export const moneySchema = z
  .object({ amount: z.int(), currency: currencySchema })
  .meta({ id: 'Money', description: 'Minor units: cents for USD, credits for CRD' })
export type Money = z.infer<typeof moneySchema>

/** A price: never negative, at most 1,000,000.00. */
export const priceSchema = z
  .object({ amount: z.int().min(0).max(100_000_000), currency: currencySchema })
  .meta({ id: 'Price' })
