'use client'
/**
 * A list of packages with everything that narrows and orders it, for the search, category and store pages. It is links
 * and GET forms that work without scripts; with them, a click changes the address and asks only for the packages.
 */
import { useViewer } from '../shell/viewer-store.ts'
import { queryClient } from '#lib/client/query-client'
import type { CategoryCount } from '#lib/catalog/schemas'
import { listingKey } from '#lib/search/contract'
import { type PageQuery, rawSearchParams, readPageQuery } from '#lib/search/page-query'
import type { MarketplacePage } from '#lib/search/schemas'
import { QueryClientProvider, useQueryClient } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { FilterGroups, FilterPanel } from '../catalog/filter-panel.tsx'
import { searchHref } from '../catalog/search-href.ts'
import { cx } from '../ui/cx.ts'
import { FilterSheet } from './filter-sheet.tsx'
import {
  type FixedFilters,
  hrefOfForm,
  listHrefOfClick,
  pushAddress,
  replaceAddress,
  useListingAddress,
  withoutFixed,
} from './listing-address.ts'
import { ListingResults } from './listing-results.tsx'
import { ListingSearchBox } from './listing-search-box.tsx'
import { listingState, totalText } from './listing-state.ts'
import { ListingToolbar } from './listing-toolbar.tsx'
import { useListingPosition } from './use-listing-position.ts'
import { useListingQuery } from './use-listing-query.ts'
import { useRememberedSearch } from './use-remembered-search.ts'

/** A list that was looked at longer ago is asked for anew when it is chosen again. */
const FRESH_MS = 60_000

export interface ListingProps {
  /** What the server read from the address, and found. */
  served: { query: PageQuery; result: MarketplacePage; servedAt: number }
  /** The address of this list without its query. */
  path: string
  fixed?: FixedFilters
  /** Leave out where the category is the page. */
  categories?: CategoryCount[]
  searchLabel: string
  /** Shown when nothing is there at all, whatever the filters. */
  emptyShelf: React.ReactNode
}

export function Listing(props: ListingProps) {
  return (
    <QueryClientProvider client={queryClient()}>
      <LiveListing {...props} />
    </QueryClientProvider>
  )
}

const NOTHING_FIXED: FixedFilters = {}

function LiveListing(props: ListingProps) {
  const { served, path, fixed = NOTHING_FIXED, categories, searchLabel, emptyShelf } = props
  const client = useQueryClient()
  const isSignedIn = Boolean(useViewer())
  const root = useRef<HTMLDivElement>(null)
  const [isSheetOpen, setIsSheetOpen] = useState(false)
  const { query, listing } = useListingAnswer(served, fixed)
  const { filters, page } = query
  const state = listingState(query)
  // Of the first page, ours or the one before; the served one where there is none yet.
  const meta = listing.meta ?? served.result.meta
  const { remember, noteTyped } = useRememberedSearch(filters.q, isSignedIn)
  const reservedCount = useListingPosition({
    key: listing.key,
    itemCount: listing.items.length,
    isSettled: !listing.isFetching,
    hasMore: listing.hasNextPage && !listing.isFetchNextPageError,
    onMore: () => void listing.fetchNextPage(),
  })

  function choose(href: string) {
    const next = readPageQuery(rawSearchParams(new URL(href, location.href).searchParams))
    const key = listingKey({ filters: { ...withoutFixed(next.filters, fixed), ...fixed }, page: next.page })
    const known = client.getQueryState(key)
    if (known && Date.now() - known.dataUpdatedAt > FRESH_MS) client.removeQueries({ queryKey: key })
    pushAddress(href)
    const top = root.current?.getBoundingClientRect().top ?? 0
    if (top < 0) root.current?.scrollIntoView({ behavior: 'instant' })
  }

  const groups = {
    state,
    facets: meta.facets,
    total: meta.total,
    isEstimated: !meta.totalIsExact,
    categories,
    path,
  }
  return (
    <div
      ref={root}
      data-slot="listing"
      className="grid scroll-mt-20 items-start gap-x-8 lg:grid-cols-[13.5rem_minmax(0,1fr)]"
      onClickCapture={(event) => {
        const href = listHrefOfClick(event, path)
        if (href === null) return remember(filters.q && leadsToPackage(event) ? filters.q : undefined)
        event.preventDefault()
        choose(href)
      }}
      onSubmit={(event) => {
        event.preventDefault()
        choose(hrefOfForm(event.target, path))
      }}
    >
      <FilterPanel {...groups} className="lg:pt-1" />
      <div className="min-w-0">
        <ListingSearchBox
          state={state}
          path={path}
          label={searchLabel}
          onType={(q) => {
            noteTyped(q)
            replaceAddress(searchHref(state, { q: q || undefined }, path))
          }}
          onMean={remember}
        />
        <ListingToolbar
          {...{ state, path, page, categories }}
          ignored={query.ignored}
          text={listing.items.length === 0 && (listing.isError || meta.incomplete) ? '' : totalText(meta)}
          corrections={listing.items.length > 0 ? meta.corrections : []}
          onOpenFilters={() => setIsSheetOpen(true)}
        />
        <div
          aria-busy={listing.isPlaceholderData}
          className={cx('transition-opacity', listing.isPlaceholderData && 'opacity-60')}
        >
          <ListingResults {...{ listing, query, path, reservedCount, emptyShelf }} />
        </div>
      </div>
      {isSheetOpen ? (
        <FilterSheet
          closeLabel={
            meta.total === 0 && meta.incomplete ? 'Show packages' : `Show ${totalText(meta).toLowerCase()}`
          }
          onClose={() => setIsSheetOpen(false)}
        >
          <FilterGroups {...groups} />
        </FilterSheet>
      ) : null}
    </div>
  )
}

/** What the address asks, and the answer as far as it is there. */
function useListingAnswer(served: ListingProps['served'], fixed: FixedFilters) {
  const query = useListingAddress(fixed)
  const { filters, page } = query
  const question = useMemo(() => ({ filters: { ...filters, ...fixed }, page }), [filters, fixed, page])
  const servedListing = useMemo(() => {
    const filters = { ...withoutFixed(served.query.filters, fixed), ...fixed }
    return {
      question: { filters, page: served.query.page },
      result: served.result,
      servedAt: served.servedAt,
    }
  }, [served, fixed])
  const listing = useListingQuery(question, servedListing)
  return { query, listing }
}

function leadsToPackage(event: React.MouseEvent): boolean {
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null
  return link instanceof HTMLAnchorElement && new URL(link.href).pathname.startsWith('/packages/')
}
