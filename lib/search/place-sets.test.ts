import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countOf, everyNth, firstOf, meet, placeSet, readPlaces, without } from './place-sets.ts'

const SIZE = 200
const places = fc.uniqueArray(fc.integer({ min: 0, max: SIZE - 1 }), { maxLength: SIZE })
const setOf = (list: readonly number[]) => placeSet(Int32Array.from(list).sort(), SIZE)
const every = Array.from({ length: SIZE }, (_, place) => place)

describe('sets of places', () => {
  it('meet as sets of numbers do, in whichever form they are kept', () => {
    fc.assert(
      fc.property(
        fc.array(places, { maxLength: 3 }),
        fc.array(fc.array(places, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
        fc.array(places, { maxLength: 2 }),
        (all, any, none) => {
          const met = meet(
            { all: all.map(setOf), any: any.map((sets) => sets.map(setOf)), none: none.map(setOf) },
            SIZE,
          )
          const expected = every.filter(
            (place) =>
              all.every((set) => set.includes(place)) &&
              any.every((sets) => sets.some((set) => set.includes(place))) &&
              !none.some((set) => set.includes(place)),
          )
          expect([...firstOf(met, SIZE)]).toEqual(expected)
          expect(countOf(met)).toBe(expected.length)
          expect([...firstOf(met, 5)]).toEqual(expected.slice(0, 5))
          for (const step of [1, 2, 7, 40])
            expect([...everyNth(met, step, expected.length)]).toEqual(
              expected.filter((_, index) => index % step === 0),
            )
        },
      ),
    )
  })

  it('are as they were after others were taken from them', () => {
    const [dense, sparse] = [setOf(every), setOf([3, 7])]
    expect(countOf(without(dense, sparse, SIZE))).toBe(SIZE - 2)
    expect(countOf(without(sparse, dense, SIZE))).toBe(0)
    expect([countOf(dense), countOf(sparse)]).toEqual([SIZE, 2])
  })

  it('are read from what the database writes', () => {
    expect([...readPlaces('')]).toEqual([])
    expect([...readPlaces('0')]).toEqual([0])
    expect([...readPlaces('3,40,1000000')]).toEqual([3, 40, 1_000_000])
  })
})
