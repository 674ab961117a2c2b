import { describe, expect, it } from 'vitest'
import { readPosition } from './listing-position.ts'

describe('readPosition', () => {
  it('reads what it wrote', () => {
    const position = {
      scrollY: 12.5,
      itemCount: 72,
      itemKey: 'local a/b',
      anchor: { key: 'local a/c', place: 31, top: -3.5 },
    }
    expect(readPosition(JSON.parse(JSON.stringify(position)))).toEqual(position)
    expect(readPosition({ ...position, itemKey: null })).toEqual({ ...position, itemKey: null })
  })

  it('does without a package to hold on to where none can be read', () => {
    for (const anchor of [
      undefined,
      7,
      {},
      { key: 'local a/c', place: 2 },
      { key: 'local a/c', top: 1 },
      { key: 3, place: 1, top: 1 },
    ]) {
      expect(readPosition({ scrollY: 1, itemCount: 2, itemKey: null, anchor })?.anchor).toBeNull()
    }
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
