import { describe, expect, it } from 'vitest'
import { formatSize } from './file-size.ts'

describe('a size', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [65_536, '65.5 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [52_428_800, '52.4 MB'],
    [2_000_000_000_000, '2000.0 GB'],
  ])('of %i bytes reads %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text)
  })
})
