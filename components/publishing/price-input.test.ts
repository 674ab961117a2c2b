import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { priceSchema } from '#lib/kernel/money'
import { formatPriceInput, parsePrice, PRICE_MAX_CENTS } from './price-input.ts'

describe('parsePrice', () => {
  it.each([
    ['12', 1200],
    ['12.5', 1250],
    ['12.50', 1250],
    ['.99', 99],
    ['0', 0],
    ['$ 1,200.00', 120_000],
    ['007.05', 705],
    ['1000000', 100_000_000],
  ])('reads "%s" as %i cents', (text, amount) => {
    expect(parsePrice(text)).toEqual({ ok: true, amount })
  })

  it.each([
    '',
    '.',
    'free',
    '12,50',
    '1.234',
    '-3',
    '1e3',
    '1000000.01',
    '99999999999999999999',
    '12 50',
    '١٢',
  ])('refuses "%s" with a reason', (text) => {
    const read = parsePrice(text)
    expect(read.ok ? '' : read.message).not.toBe('')
    expect(read.ok).toBe(false)
  })

  it('gives back every price that it wrote', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: PRICE_MAX_CENTS }), (amount) => {
        expect(parsePrice(formatPriceInput(amount))).toEqual({ ok: true, amount })
      }),
    )
  })

  it('never reads what the server would refuse', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[$ ]?[0-9,.]{0,14}$/), (text) => {
        const read = parsePrice(text)
        if (read.ok)
          expect(priceSchema.safeParse({ amount: read.amount, currency: 'USD' }).success).toBe(true)
      }),
    )
  })
})
