/**
 * Owns money as the product writes it: integer minor units with a currency. It does no arithmetic across currencies;
 * the ledger does that in the database.
 */
import { z } from 'zod'

/** `USD` counts cents; `CRD` counts credits, and one credit is worth one cent. */
export const currencySchema = z.enum(['USD', 'CRD'])
export type Currency = z.infer<typeof currencySchema>

export const moneySchema = z
  .object({ amount: z.int(), currency: currencySchema })
  .meta({ id: 'Money', description: 'Minor units: cents for USD, credits for CRD' })
export type Money = z.infer<typeof moneySchema>

/** A price: never negative, at most 1,000,000.00. */
export const priceSchema = z
  .object({ amount: z.int().min(0).max(100_000_000), currency: currencySchema })
  .meta({ id: 'Price' })

/** `$12.00`, `-$0.50`, `1,200 credits`, `1 credit`. */
export function formatMoney({ amount, currency }: Money): string {
  const sign = amount < 0 ? '-' : ''
  const size = Math.abs(amount)
  if (currency === 'CRD') return `${sign}${group(size)} ${size === 1 ? 'credit' : 'credits'}`
  return `${sign}$${group(Math.floor(size / 100))}.${String(size % 100).padStart(2, '0')}`
}

/** Like {@link formatMoney}, but nothing to pay reads `Free`. */
export function formatPrice(price: Money): string {
  return price.amount === 0 ? 'Free' : formatMoney(price)
}

// Not Intl: server and browser must render the same bytes whatever their locale data.
function group(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
}
