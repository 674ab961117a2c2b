import { describe, expect, it } from 'vitest'
import { isUnanswered } from './contract.ts'
import type { MarketplacePage } from './schemas.ts'

const page = (nextCursor: string | null, { incomplete = true, count = 0 } = {}) =>
  ({ items: Array.from({ length: count }), meta: { incomplete, nextCursor } }) as MarketplacePage

describe('isUnanswered', () => {
  it('holds for a page that found nothing in its time and leads nowhere', () => {
    expect(isUnanswered(page(null))).toBe(true)
    expect(isUnanswered(page(null), 'here')).toBe(true)
  })

  it('holds for one that leads back to where it was asked to begin, which would be asked for without end', () => {
    expect(isUnanswered(page('here'), 'here')).toBe(true)
  })

  it('does not hold for one that came further, found something or had the time', () => {
    expect(isUnanswered(page('further'), 'here')).toBe(false)
    expect(isUnanswered(page('further'))).toBe(false)
    expect(isUnanswered(page('here', { count: 1 }), 'here')).toBe(false)
    expect(isUnanswered(page(null, { incomplete: false }), 'here')).toBe(false)
  })
})
