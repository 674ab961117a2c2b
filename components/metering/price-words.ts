/** How prices by use and parts of credits read. */
import { formatMoney } from '#lib/kernel/money-text'
import type { UnitPrice } from '#lib/metering/schemas'
import { groupedCount } from '../catalog/compact-count.ts'

/** `3 credits for 10`, `1 credit each`, `free`. */
export function unitPriceText({ price, perUnits }: UnitPrice): string {
  if (price.amount === 0) return 'free'
  return perUnits === 1 ? `${formatMoney(price)} each` : `${formatMoney(price)} for ${groupedCount(perUnits)}`
}

/** `4.5 credits`: up to six digits after the point, none for nothing. */
export function creditsText(millionths: number): string {
  const number = creditNumber(millionths)
  return `${number} ${number === '1' ? 'credit' : 'credits'}`
}

/** The same without the unit, for columns that say it. */
export function creditNumber(millionths: number): string {
  const rest = String(millionths % 1_000_000)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const whole = groupedCount(Math.floor(millionths / 1_000_000))
  return rest === '' ? whole : `${whole}.${rest}`
}
