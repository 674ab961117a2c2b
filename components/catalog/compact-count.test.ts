import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactCount, countOf, groupedCount } from './compact-count.ts'

describe('compactCount', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1K'],
    [1250, '1.2K'],
    [9999, '9.9K'],
    [48_512, '48K'],
    [999_999, '999K'],
    [1_000_000, '1M'],
    [3_149_000, '3.1M'],
  ])('writes %i as %s', (count, written) => {
    expect(compactCount(count)).toBe(written)
  })

  it('never takes more than five characters below a billion', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (count) => {
        expect(compactCount(count).length).toBeLessThanOrEqual(5)
      }),
    )
  })
})

describe('full counts', () => {
  it('group thousands and agree with their noun', () => {
    expect(groupedCount(1_234_567)).toBe('1,234,567')
    expect(countOf(1, 'review')).toBe('1 review')
    expect(countOf(1200, 'review')).toBe('1,200 reviews')
  })
})
