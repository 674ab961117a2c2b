/** Owns the price as a person types it, in dollars and cents: text in, whole cents out, and back. No floating point. */

export const PRICE_MAX_CENTS = 100_000_000

export type PriceRead = { ok: true; amount: number } | { ok: false; message: string }

/** Takes `12`, `12.5`, `12.50`, `.99`, `1,200.00`, with or without `$`. An empty text is no price, not free. */
export function parsePrice(text: string): PriceRead {
  const plain = text.trim().replace(/^\$\s*/, '')
  if (plain === '') return fault('Enter a price; 0 is free.')
  if (/^-/.test(plain)) return fault('A price cannot be negative.')
  const match = /^(\d{1,3}(?:,\d{3})+|\d*)(?:\.(\d*))?$/.exec(plain)
  const [, whole = '', cents = ''] = match ?? []
  if (!match || whole + cents === '') return fault('Write dollars and cents, such as 12.50.')
  if (cents.length > 2) return fault('Use at most two digits after the point.')
  const digits = whole.replaceAll(',', '').replace(/^0+/, '')
  if (digits.length > 9) return fault(TOO_HIGH)
  const amount = Number(digits) * 100 + Number(cents.padEnd(2, '0'))
  return amount > PRICE_MAX_CENTS ? fault(TOO_HIGH) : { ok: true, amount }
}

/** `1250` is `12.50`. */
export function formatPriceInput(amount: number): string {
  return `${Math.floor(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
}

const TOO_HIGH = 'At most $1,000,000.00.'

function fault(message: string): PriceRead {
  return { ok: false, message }
}
