'use client'
/**
 * Owns the address of a list in the browser. It is the only state there is: choosing writes a new entry into the history,
 * typing rewrites the present one, and whatever the address says is shown.
 */
import { type PageQuery, rawSearchParams, readPageQuery } from '#lib/search/page-query'
import type { MarketplaceQuery } from '#lib/search/schemas'
import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'

/** What a page itself stands for; the same parameter in its address would contradict it. */
export type FixedFilters = Pick<Partial<MarketplaceQuery>, 'category' | 'seller'>

export function useListingAddress(fixed: FixedFilters): PageQuery {
  const params = useSearchParams()
  const { category, seller } = fixed
  return useMemo(() => {
    const query = readPageQuery(rawSearchParams(params))
    return { ...query, filters: withoutFixed(query.filters, { category, seller }) }
  }, [params, category, seller])
}

export function withoutFixed(filters: PageQuery['filters'], fixed: FixedFilters): PageQuery['filters'] {
  const rest = { ...filters }
  if (fixed.category !== undefined) delete rest.category
  if (fixed.seller !== undefined) delete rest.seller
  return rest
}

// Next follows both: its own hooks tell the new address, and no request is made.
export function pushAddress(href: string): void {
  window.history.pushState(null, '', href)
}

export function replaceAddress(href: string): void {
  window.history.replaceState(null, '', href)
}

/** Where a plain click on a link leads, if that is another view of the list at `path`. */
export function listHrefOfClick(event: React.MouseEvent, path: string): string | null {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  if (!(link instanceof HTMLAnchorElement) || link.target !== '') return null
  const url = new URL(link.href)
  if (url.origin !== location.origin || url.pathname !== path) return null
  return `${url.pathname}${url.search}`
}

/** Where a GET form would lead: its fields in their order, without the empty ones. */
export function hrefOfForm(form: HTMLFormElement, path: string): string {
  const pairs = [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [],
  )
  const query = new URLSearchParams(pairs).toString()
  return query ? `${path}?${query}` : path
}
