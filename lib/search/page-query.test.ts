import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PAGE_MAX, pageCountOf, rawSearchParams, readPageQuery, toMarketplaceQuery } from './page-query.ts'
import { marketplaceQuerySchema } from './schemas.ts'

describe('readPageQuery', () => {
  it('reads filters, page and view', () => {
    const query = readPageQuery({
      q: '  post gres ',
      kind: 'agent',
      tags: ['language:en', 'task:x', 'language:en'],
      page: '3',
      view: 'list',
    })
    expect(query).toEqual({
      filters: { q: 'post gres', kind: 'agent', tags: ['language:en', 'task:x'] },
      page: 3,
      view: 'list',
      ignored: [],
    })
  })

  it('sets aside what it cannot use, by name, and keeps the rest', () => {
    const query = readPageQuery({
      kind: 'car',
      price: 'cheap',
      rating: '6',
      tags: 'Bad Tag',
      page: '-1',
      q: 'x',
      utm_source: 'y',
    })
    expect(query.filters).toEqual({ q: 'x' })
    expect(query.page).toBe(1)
    expect(query.ignored).toEqual(['kind=car', 'price=cheap', 'rating=6', 'tags=Bad Tag', 'page=-1'])
  })

  it('drops control characters, which the database would refuse', () => {
    expect(readPageQuery({ q: 'a\u0000b\n' }).filters).toEqual({ q: 'a b' })
  })

  it('takes the first of a repeated single value and at most ten tags', () => {
    const tags = Array.from({ length: 12 }, (_, index) => `a:t${index}`)
    const query = readPageQuery({ kind: ['app', 'agent'], tags })
    expect(query.filters.kind).toBe('app')
    expect(query.filters.tags).toHaveLength(10)
    expect(query.ignored).toEqual(['tags=a:t10', 'tags=a:t11'])
  })

  it('always yields a query that the catalogue accepts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('agent', 'free', 'hot', 'databases', 'a:b', '5'),
    )
    const value = fc.oneof(text, fc.array(text, { maxLength: 15 }), fc.constant(undefined))
    const names = [
      'q',
      'kind',
      'category',
      'seller',
      'registryUrl',
      'price',
      'rating',
      'sort',
      'tags',
      'page',
      'view',
      'x',
    ]
    fc.assert(
      fc.property(fc.record(Object.fromEntries(names.map((name) => [name, value]))), (params) => {
        const { limit, offset, ...query } = toMarketplaceQuery(readPageQuery(params))
        const written = {
          ...query,
          rating: query.rating?.toString(),
          limit: String(limit),
          offset: String(offset),
        }
        expect(marketplaceQuerySchema.safeParse(written).success).toBe(true)
      }),
    )
  })
})

describe('rawSearchParams', () => {
  it('hands an address over as pages get it, so that both read the same', () => {
    const params = new URLSearchParams('q=a+b&tags=a%3Ab&tags=c%3Ad&rating=4')
    expect(readPageQuery(rawSearchParams(params))).toEqual(
      readPageQuery({ q: 'a b', tags: ['a:b', 'c:d'], rating: '4' }),
    )
    expect(readPageQuery(rawSearchParams(params)).filters.rating).toBe(4)
  })
})

describe('pageCountOf', () => {
  it('never offers a page that an offset cannot reach', () => {
    expect(pageCountOf(0)).toBe(1)
    expect(pageCountOf(25)).toBe(2)
    expect(pageCountOf(10_000_000)).toBe(PAGE_MAX)
    expect(
      toMarketplaceQuery({ filters: {}, page: PAGE_MAX, view: 'grid', ignored: [] }).offset,
    ).toBeLessThanOrEqual(10_000)
  })
})
