import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FacetDictionary, NO_TALLY, tallyOf } from './facets.ts'

const KEYS: [number, string][] = [
  [64, 'k:agent'],
  [65, 'p:free'],
  [66, 't:stack:c++'],
  [70_000, 't:topic:docker'],
  [71, 'c:tools'],
  [72, 'g:4'],
]

function dictionaryOf(keys = KEYS): FacetDictionary {
  const dictionary = new FacetDictionary()
  dictionary.learn(keys)
  return dictionary
}

const charactersOf = (...ids: number[]) => ids.map((id) => String.fromCodePoint(id)).join('')

describe('FacetDictionary', () => {
  it('counts each facet under its name, the commonest tags first', () => {
    expect(dictionaryOf().count(charactersOf(64, 66, 65, 64, 70_000, 70_000, 71, 72), 1)).toEqual({
      kinds: [{ value: 'agent', count: 2 }],
      categories: [{ value: 'tools', count: 1 }],
      prices: [{ value: 'free', count: 1 }],
      ratings: [{ value: '4', count: 1 }],
      tags: [
        { key: 'topic', value: 'docker', count: 2 },
        { key: 'stack', value: 'c++', count: 1 },
      ],
    })
  })

  it('scales what was counted in a sample', () => {
    expect(dictionaryOf().count(charactersOf(64, 64, 64), 1 / 64).kinds).toEqual([
      { value: 'agent', count: 192 },
    ])
  })

  it('asks again from the first number it does not know, and learns it', () => {
    const dictionary = dictionaryOf()
    expect(dictionary.knownUpTo).toBe(70_000)
    expect(dictionary.count(charactersOf(69), 1).tags).toEqual([])
    expect(dictionary.knownUpTo).toBe(68)
    dictionary.learn([[69, 't:late:yes']])
    expect(dictionary.count(charactersOf(69), 1).tags).toEqual([{ key: 'late', value: 'yes', count: 1 }])
  })

  it('counts every character that a number may be', () => {
    const id = fc.oneof(fc.integer({ min: 64, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
    fc.assert(
      fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
        const dictionary = dictionaryOf(ids.map((one) => [one, `t:id:${one}`]))
        const counted = dictionary.count(charactersOf(...ids), 1, NO_TALLY, 1000).tags
        expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(ids.length)
        expect(counted).toHaveLength(new Set(ids).size)
      }),
    )
  })

  it('names the most used tags and no others, whichever of two as common come first', () => {
    const id = fc.integer({ min: 100, max: 400 })
    const uses = fc.array(fc.tuple(id, fc.integer({ min: 1, max: 50 })), { maxLength: 300 })
    fc.assert(
      fc.property(uses, fc.integer({ min: 1, max: 120 }), (counted, max) => {
        const used = new Map(counted)
        const dictionary = dictionaryOf([...used.keys()].map((one) => [one, `t:id:${one}`]))
        const { tags } = dictionary.count('', 1, tallyOf(used), max)
        const best = [...used.values()].sort((a, b) => b - a).slice(0, max)
        expect(tags.map(({ count }) => count)).toEqual(best)
        for (const { value, count } of tags) expect(used.get(Number(value))).toBe(count)
      }),
    )
  })

  it('adds what was counted in both ways', () => {
    const others = tallyOf(
      new Map([
        [64, 5],
        [70_000, 1],
      ]),
    )
    const counted = dictionaryOf().count(charactersOf(64, 66), 1, others)
    expect(counted.kinds).toEqual([{ value: 'agent', count: 6 }])
    expect(counted.tags.map(({ value }) => value).sort()).toEqual(['c++', 'docker'])
  })
})
