import { describe, expect, it } from 'vitest'
import { packageHref, searchHref, toggledTags } from './search-href.ts'

describe('searchHref', () => {
  it('writes every filter in the catalogue’s own names', () => {
    const state = {
      q: 'a b',
      kind: 'agent',
      category: 'databases',
      price: 'free',
      tags: ['language:en', 'task:image'],
      sort: 'new',
    } as const
    expect(searchHref({ ...state, tags: [...state.tags] })).toBe(
      '/search?q=a+b&kind=agent&category=databases&price=free&tags=language%3Aen&tags=task%3Aimage&sort=new',
    )
  })

  it('removes what a change unsets and leaves the rest', () => {
    expect(searchHref({ q: 'x', kind: 'app' }, { kind: undefined })).toBe('/search?q=x')
    expect(searchHref({ kind: 'app' }, { kind: undefined })).toBe('/search')
  })

  it('starts again at the first page after a change, and keeps the look of the list', () => {
    expect(searchHref({ q: 'x', view: 'list' }, { page: 3 })).toBe('/search?q=x&view=list&page=3')
    expect(searchHref({ q: 'x', view: 'list' }, { price: 'free' })).toBe('/search?q=x&price=free&view=list')
    expect(searchHref({}, { page: 1 }, '/categories/databases')).toBe('/categories/databases')
  })

  it('lets no value break out of its parameter', () => {
    expect(searchHref({ q: 'a&kind=app#x' })).toBe('/search?q=a%26kind%3Dapp%23x')
  })
})

describe('toggledTags', () => {
  it('adds what is absent and removes what is there', () => {
    expect(toggledTags(undefined, 'a:b')).toEqual(['a:b'])
    expect(toggledTags(['a:b', 'c:d'], 'a:b')).toEqual(['c:d'])
  })
})

describe('packageHref', () => {
  it('keeps the handle’s slash and escapes the rest', () => {
    expect(packageHref('io.github.x/y')).toBe('/packages/io.github.x/y')
    expect(packageHref('a/b?c')).toBe('/packages/a/b%3Fc')
  })
})
