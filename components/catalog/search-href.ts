/** Owns the address of the search page: every filter lives in it, in the catalogue's own parameter names. Pure. */
import type { Kind } from '#lib/kernel/kind'

export type SearchSort = 'relevance' | 'hot' | 'new' | 'name' | 'handle' | 'rating' | 'price'

export interface SearchState {
  q?: string
  kind?: Kind
  category?: string
  price?: 'free' | 'paid'
  /** At least so many stars. */
  rating?: number
  seller?: string
  registryUrl?: string
  tags?: string[]
  sort?: SearchSort
  /** How the list looks; absent is the grid. */
  view?: 'list'
}

/** `page` counts from 1. */
export type SearchChange = SearchState & { page?: number }

/** `undefined` in `change` removes a filter. A change always starts again at the first page. */
export function searchHref(state: SearchState, change: SearchChange = {}, path = '/search'): string {
  const { page = 1, ...filters } = change
  const pairs = searchPairs({ ...state, ...filters })
  if (page > 1) pairs.push(['page', String(page)])
  const query = new URLSearchParams(pairs).toString()
  return query ? `${path}?${query}` : path
}

/** The filters as name and value, in a fixed order, for addresses and hidden inputs alike. */
export function searchPairs(state: SearchState): [name: string, value: string][] {
  const { q, kind, category, price, rating, seller, registryUrl, tags = [], sort, view } = state
  const single = { q, kind, category, price, rating, seller, registryUrl }
  return [
    ...Object.entries(single).flatMap(([name, value]): [string, string][] =>
      value ? [[name, String(value)]] : [],
    ),
    ...tags.map((tag): [string, string] => ['tags', tag]),
    ...(sort ? [['sort', sort] satisfies [string, string]] : []),
    ...(view ? [['view', view] satisfies [string, string]] : []),
  ]
}

export function toggledTags(tags: string[] | undefined, tag: string): string[] {
  const current = tags ?? []
  return current.includes(tag) ? current.filter((other) => other !== tag) : [...current, tag]
}

export function packageHref(handle: string): string {
  return `/packages/${handle.split('/').map(encodeURIComponent).join('/')}`
}
