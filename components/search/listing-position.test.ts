import { describe, expect, it } from 'vitest'
import { readPosition } from './listing-position.ts'

describe('readPosition', () => {
  it('reads what it wrote', () => {
    const position = { scrollY: 12.5, itemCount: 72, itemKey: 'local a/b' }
    expect(readPosition(JSON.parse(JSON.stringify(position)))).toEqual(position)
    expect(readPosition({ ...position, itemKey: null })).toEqual({ ...position, itemKey: null })
  })

  it('takes anything else for no position', () => {
    for (const value of [
      null,
      7,
      'x',
      {},
      { scrollY: 1 },
      { scrollY: '1', itemCount: 2 },
      { scrollY: 1, itemCount: 2.5 },
    ]) {
      expect(readPosition(value)).toBeNull()
    }
  })
})
