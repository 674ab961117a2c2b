import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HUES, mosaicFor } from './mosaic.ts'

describe('mosaicFor', () => {
  it('gives the same handle the same tile', () => {
    fc.assert(
      fc.property(fc.string(), (handle) => {
        expect(mosaicFor(handle)).toEqual(mosaicFor(handle))
      }),
    )
    expect(mosaicFor('featured/base').hue).toBe('indigo')
  })

  it('is never blank and stays inside its square', () => {
    fc.assert(
      fc.property(fc.string(), (handle) => {
        const { hue, deep, bright } = mosaicFor(handle)
        expect(HUES).toContain(hue)
        expect(deep).not.toBe('')
        expect(bright).not.toBe('')
        const coordinates = `${deep}${bright}`.match(/-?[\d.]+/g)?.map(Number) ?? []
        expect(Math.min(...coordinates)).toBeGreaterThanOrEqual(0)
        expect(Math.max(...coordinates)).toBeLessThanOrEqual(32)
      }),
    )
  })

  it('tells hundreds of handles apart', () => {
    const handles = Array.from({ length: 500 }, (_, index) => `io.github.maker-${index}/tool`)
    const tiles = new Set(handles.map((handle) => JSON.stringify(mosaicFor(handle))))
    expect(tiles.size).toBeGreaterThan(450)
  })
})
