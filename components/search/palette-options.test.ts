import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PackageCard } from '#lib/catalog/schemas'
import { ApiError } from '#lib/client/api'
import {
  completionOf,
  highlighted,
  hrefOfOption,
  nextOption,
  paletteGroups,
  type PaletteKey,
  spokenCounts,
  suggestionFailure,
} from './palette-options.ts'

const card = { handle: 'acme/postgres', registry: 'local', name: 'Postgres' } as PackageCard
const suggestions = {
  queries: ['postgres backup'],
  packages: [card],
  tags: [
    { key: 'language', value: 'en', count: 3 },
    { key: 'license', value: 'mit', count: 2 },
  ],
}
const search = (id: number, query: string) => ({ id, query, createdAt: '2026-01-01T00:00:00Z' })
const popular = (query: string) => ({ query, searchCount: 3, isTrending: true })

describe('paletteGroups', () => {
  it('groups what is offered while typing, and drops empty groups', () => {
    const titles = (text: string, found = suggestions) =>
      paletteGroups({ text, suggestions: found }).map(({ title }) => title)
    expect(titles('l')).toEqual(['Packages', 'Popular searches', 'Tag keys', 'Tags'])
    expect(titles('l', { ...suggestions, packages: [], queries: [] })).toEqual(['Tag keys', 'Tags'])
    expect(titles('x', { queries: [], packages: [], tags: [] })).toEqual([])
  })

  it('offers no tag key that is already written out', () => {
    const tags = [{ key: 'language', value: 'en', count: 3 }]
    const titles = paletteGroups({
      text: 'language:e',
      suggestions: { queries: [], packages: [], tags },
    }).map(({ title }) => title)
    expect(titles).toEqual(['Tags'])
  })

  it('offers own searches once each before anything is typed, and trending ones that are not among them', () => {
    const groups = paletteGroups({
      text: ' ',
      history: { items: [search(3, 'a'), search(2, 'b'), search(1, 'a')], meta: { isKept: true } },
      trending: { trending: [popular('a'), popular('c')], popular: [popular('d')] },
    })
    expect(groups.map(({ options }) => options.map(completionOf))).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })
})

describe('paletteGroups before anybody has searched', () => {
  it('offers ideas instead of an empty box, but only once it is known that there is nothing better', () => {
    const nothing = { trending: [], popular: [] }
    const titles = (facts: Parameters<typeof paletteGroups>[0]) =>
      paletteGroups(facts).map(({ title }) => title)
    expect(titles({ text: '' })).toEqual([])
    expect(titles({ text: '', trending: nothing })).toEqual(['Try'])
    expect(titles({ text: '', trending: { trending: [popular('c')], popular: [] } })).toEqual(['Trending'])
    const history = { items: [search(1, 'a')], meta: { isKept: true } }
    expect(titles({ text: '', trending: nothing, history })).toEqual(['Your searches'])
  })
})

describe('hrefOfOption', () => {
  it('leads to the package, the tag or the search, and lets a tag key go on writing', () => {
    const hrefs = paletteGroups({ text: 'l', suggestions }).flatMap(({ options }) =>
      options.map(hrefOfOption),
    )
    expect(hrefs).toEqual([
      '/packages/acme/postgres',
      '/search?q=postgres+backup',
      null,
      null,
      '/search?tags=language%3Aen',
      '/search?tags=license%3Amit',
    ])
  })
})

describe('nextOption', () => {
  it('walks down and up, through the box between the last and the first', () => {
    const keys = ['a', 'b']
    expect(nextOption(keys, null, 'ArrowDown')).toBe('a')
    expect(nextOption(keys, 'b', 'ArrowDown')).toBeNull()
    expect(nextOption(keys, null, 'ArrowUp')).toBe('b')
    expect(nextOption(keys, 'a', 'ArrowUp')).toBeNull()
    expect(nextOption(keys, 'b', 'Home')).toBe('a')
    expect(nextOption(keys, 'a', 'End')).toBe('b')
    expect(nextOption([], null, 'ArrowDown')).toBeNull()
  })

  it('never leaves the list, and any way down comes back up', () => {
    const key = fc.constantFrom<PaletteKey>('ArrowDown', 'ArrowUp', 'Home', 'End')
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.array(key), (keys, pressed) => {
        let active: string | null = null
        for (const each of pressed) {
          active = nextOption(keys, active, each)
          expect(active === null || keys.includes(active)).toBe(true)
        }
        expect(nextOption(keys, nextOption(keys, active, 'ArrowDown'), 'ArrowUp')).toBe(active)
      }),
    )
  })
})

describe('spokenCounts', () => {
  it('says how many of what', () => {
    expect(spokenCounts(paletteGroups({ text: 'l', suggestions }))).toBe(
      '1 package, 1 popular search, 2 tag keys, 2 tags',
    )
    expect(spokenCounts([])).toBe('No suggestions')
  })
})

describe('highlighted', () => {
  it('marks beginnings of words only', () => {
    expect(highlighted('Postgres for postmen, reposted', 'POST')).toEqual([
      { text: 'Post', isMatch: true },
      { text: 'gres for ', isMatch: false },
      { text: 'post', isMatch: true },
      { text: 'men, reposted', isMatch: false },
    ])
  })

  it('loses and adds nothing, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, typed) => {
        expect(
          highlighted(text, typed)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })
})

it('says when suggestions are back for whoever typed more than the limit, and that searching goes on otherwise', () => {
  const limited = new ApiError('rate_limited', 'Slow down.', { status: 429, retryAfterSeconds: 12 })
  expect(suggestionFailure(limited)).toContain('in 12 seconds')
  expect(suggestionFailure(new ApiError('network', 'Gone.'))).toContain('Enter still searches')
})
