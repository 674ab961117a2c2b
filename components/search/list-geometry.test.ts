import { describe, expect, it } from 'vitest'
import { columnCount, placeOf } from './list-geometry.ts'

describe('columnCount', () => {
  it('is what the grid’s CSS makes of a width', () => {
    expect(columnCount(0, 'grid')).toBe(0)
    expect(columnCount(343, 'grid')).toBe(1)
    expect(columnCount(573, 'grid')).toBe(1)
    expect(columnCount(574, 'grid')).toBe(2)
    expect(columnCount(968, 'grid')).toBe(3)
    expect(columnCount(968, 'list')).toBe(1)
  })

  it('follows the size of text that people chose', () => {
    expect(columnCount(574, 'grid', 32)).toBe(1)
  })
})

describe('placeOf', () => {
  it('shares the width after the gaps', () => {
    expect(placeOf(1, 3)).toEqual({
      left: 'calc((100% + 14px) / 3 * 1)',
      width: 'calc((100% - 28px) / 3)',
    })
  })
})
