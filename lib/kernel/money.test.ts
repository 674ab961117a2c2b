import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatMoney, formatPrice } from './money-text.ts'
import { moneySchema, priceSchema } from './money.ts'

describe('money', () => {
  it.each([
    [1200, 'USD', '$12.00'],
    [5, 'USD', '$0.05'],
    [123456789, 'USD', '$1,234,567.89'],
    [-50, 'USD', '-$0.50'],
    [1200, 'CRD', '1,200 credits'],
    [1, 'CRD', '1 credit'],
    [0, 'CRD', '0 credits'],
  ] as const)('writes %i %s as %s', (amount, currency, text) => {
    expect(formatMoney({ amount, currency })).toBe(text)
  })

  it('calls nothing to pay free, in prices only', () => {
    expect(formatPrice({ amount: 0, currency: 'USD' })).toBe('Free')
    expect(formatMoney({ amount: 0, currency: 'USD' })).toBe('$0.00')
  })

  it('loses no cent', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (amount) => {
        const digits = formatMoney({ amount, currency: 'USD' }).replace(/[$,.]/g, '')
        expect(Number(digits)).toBe(amount)
      }),
    )
  })

  it('refuses fractions, unknown currencies and negative prices', () => {
    expect(moneySchema.safeParse({ amount: 1.5, currency: 'USD' }).success).toBe(false)
    expect(moneySchema.safeParse({ amount: 1, currency: 'EUR' }).success).toBe(false)
    expect(priceSchema.safeParse({ amount: -1, currency: 'USD' }).success).toBe(false)
  })
})
