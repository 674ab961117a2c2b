import { describe, expect, it } from 'vitest'
import { creditNumber, creditsText, unitPriceText } from './price-words.ts'

const price = (amount: number, perUnits: number) => ({
  ...{ capability: 'words', price: { amount, currency: 'CRD' as const }, perUnits },
})

describe('prices by use', () => {
  it('read by the piece, by the batch, or as free', () => {
    expect(unitPriceText(price(1, 1))).toBe('1 credit each')
    expect(unitPriceText(price(3, 1000))).toBe('3 credits for 1,000')
    expect(unitPriceText(price(0, 1))).toBe('free')
  })
  it('keep every part of a credit', () => {
    expect(creditNumber(1_234_000_001)).toBe('1,234.000001')
    expect(creditsText(4_500_000)).toBe('4.5 credits')
    expect(creditsText(1_000_000)).toBe('1 credit')
    expect(creditsText(0)).toBe('0 credits')
  })
})
