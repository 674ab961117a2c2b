/** Owns how money reads. No schema comes along with it, so that pages in the browser stay light. */
import type { Money } from './money.ts'

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
