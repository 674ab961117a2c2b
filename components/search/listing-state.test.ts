import { describe, expect, it } from 'vitest'
import { activeFilterCount, isNarrowed, listingState, totalText } from './listing-state.ts'

describe('totalText', () => {
  const counted = (total: number, totalIsExact = true, incomplete = false) =>
    totalText({ total, totalIsExact, incomplete })
  it('says what was counted, what was estimated and what is only the least', () => {
    expect(counted(1)).toBe('1 package')
    expect(counted(9_999)).toBe('9,999 packages')
    expect(counted(1_234_567, false)).toBe('About 1.2M packages')
    expect(counted(20, false, true)).toBe('At least 20 packages')
  })
})

describe('listingState', () => {
  it('leaves out the look that every list has', () => {
    expect(listingState({ filters: { q: 'x' }, view: 'grid' })).toEqual({ q: 'x' })
    expect(listingState({ filters: {}, view: 'list' })).toEqual({ view: 'list' })
  })
})

describe('activeFilterCount', () => {
  it('counts choices, each tag by itself, and neither words nor order', () => {
    expect(activeFilterCount({ q: 'x', sort: 'new', view: 'list' })).toBe(0)
    expect(activeFilterCount({ kind: 'app', rating: 4, registryUrl: 'local', tags: ['a:b', 'c:d'] })).toBe(5)
  })
})

describe('isNarrowed', () => {
  it('tells a whole shelf from a part of it', () => {
    expect(isNarrowed({ filters: { sort: 'new' }, page: 1 })).toBe(false)
    expect(isNarrowed({ filters: {}, page: 2 })).toBe(true)
    expect(isNarrowed({ filters: { q: 'x' }, page: 1 })).toBe(true)
  })
})
