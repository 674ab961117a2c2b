import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pagesAround } from './pagination.tsx'

describe('pagesAround', () => {
  it('leaves no gap that a single page would fill', () => {
    expect(pagesAround(4, 9)).toEqual([1, 2, 3, 4, 5, null, 9])
    expect(pagesAround(1, 1)).toEqual([1])
    expect(pagesAround(5, 20)).toEqual([1, null, 4, 5, 6, null, 20])
  })

  it('always offers the first, the current and the last page, in order, once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (first, second) => {
        const [page, pageCount] = [Math.min(first, second), Math.max(first, second)]
        const pages = pagesAround(page, pageCount).filter((entry) => entry !== null)
        expect(pages).toContain(1)
        expect(pages).toContain(page)
        expect(pages.at(-1)).toBe(pageCount)
        expect(pages).toEqual([...new Set(pages)].sort((a, b) => a - b))
      }),
    )
  })
})
