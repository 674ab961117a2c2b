'use client'
/** The packages of a list, or why there are none: nothing matches, it is still under way, or it failed. */
import { PackageGridSkeleton } from '#components/catalog/package-grid-skeleton'
import { Button } from '#components/ui/button'
import { ErrorState } from '#components/ui/error-state'
import { Pagination } from '#components/ui/pagination'
import { ApiError } from '#lib/client/api'
import { pageCountOf, type PageQuery } from '#lib/search/page-query'
import Link from 'next/link'
import { countOf } from '../catalog/compact-count.ts'
import { searchHref } from '../catalog/search-href.ts'
import { isNarrowed, listingState } from './listing-state.ts'
import { MorePackages } from './more-packages.tsx'
import { NoResults } from './no-results.tsx'
import { ResultList } from './result-list.tsx'
import type { useListingQuery } from './use-listing-query.ts'

export interface ListingResultsProps {
  listing: ReturnType<typeof useListingQuery>
  query: PageQuery
  path: string
  reservedCount: number
  emptyShelf: React.ReactNode
}

export function ListingResults({ listing, query, path, reservedCount, emptyShelf }: ListingResultsProps) {
  const { items, meta, error } = listing
  const state = listingState(query)
  if (!meta) {
    if (!error) return <Awaited />
    return <Failed error={error} isRetrying={listing.isFetching} onRetry={() => void listing.refetch()} />
  }
  if (items.length === 0) {
    if (listing.hasNextPage && !listing.isPlaceholderData) return <FurtherOn listing={listing} />
    if (!isNarrowed(query)) return emptyShelf
    return <NoResults state={state} path={path} isBeyondEnd={meta.total > 0 && query.page > 1} />
  }
  return (
    <>
      {query.page > 1 ? (
        <p className="pb-4 text-sm">
          <Link
            href={searchHref(state, {}, path)}
            prefetch={false}
            className="inline-flex min-h-6 items-center text-brand-ink underline underline-offset-4"
          >
            Show the list from its beginning
          </Link>
        </p>
      ) : null}
      <ResultList
        items={items}
        reservedCount={reservedCount}
        view={query.view}
        total={meta.totalIsExact ? meta.total : null}
      />
      {items.length > meta.limit ? (
        <p role="status" className="sr-only">
          {countOf(items.length, 'package')} loaded
        </p>
      ) : null}
      {listing.hasNextPage && !listing.isPlaceholderData ? (
        <MorePackages
          loadedCount={items.length}
          isLoading={listing.isFetchingNextPage}
          failure={listing.isFetchNextPageError ? explain(error) : null}
          onMore={() => void listing.fetchNextPage()}
        />
      ) : null}
      <Pagination
        page={query.page}
        pageCount={pageCountOf(meta.total)}
        hrefFor={(page) => searchHref(state, { page }, path)}
        // With scripts the list goes on by itself.
        className="hidden! pt-8 [@media(scripting:none)]:flex!"
      />
    </>
  )
}

/** Without scripts nothing more comes, and the server has said why. */
function Awaited() {
  return (
    <>
      <div className="[@media(scripting:none)]:hidden">
        <PackageGridSkeleton count={12} />
      </div>
      <div className="hidden [@media(scripting:none)]:block">
        <ErrorState title="This search took too long">
          Load the page again, or search with other words.
        </ErrorState>
      </div>
    </>
  )
}

/** Nothing so far, but the search has not come to the end of the market. */
function FurtherOn({ listing }: Pick<ListingResultsProps, 'listing'>) {
  return (
    <>
      <p role="status" className="text-sm text-muted">
        Nothing among the most popular packages. Looking further…
      </p>
      <MorePackages
        loadedCount={listing.data?.pages.length ?? 0}
        isLoading={listing.isFetchingNextPage}
        failure={listing.isFetchNextPageError ? explain(listing.error) : null}
        onMore={() => void listing.fetchNextPage()}
      />
    </>
  )
}

function Failed({ error, isRetrying, onRetry }: { error: Error; isRetrying: boolean; onRetry: () => void }) {
  return (
    <ErrorState
      title={isOffline() ? 'You are offline' : 'The packages could not be loaded'}
      requestId={error instanceof ApiError ? (error.requestId ?? undefined) : undefined}
      actions={
        <Button
          aria-disabled={isRetrying || undefined}
          onClick={() => {
            if (!isRetrying) onRetry()
          }}
        >
          {isRetrying ? 'Trying again…' : 'Try again'}
        </Button>
      }
    >
      {explain(error)}
    </ErrorState>
  )
}

function isOffline(): boolean {
  return typeof navigator !== 'undefined' && !navigator.onLine
}

function explain(error: Error | null): string {
  if (isOffline()) return 'Connect to the network, then try again. What you chose is kept.'
  if (!(error instanceof ApiError)) return 'Something failed on our side. It often passes within a minute.'
  if (error.code === 'rate_limited') {
    return `That was a lot of searching. Try again in ${error.retryAfterSeconds ?? 60} seconds.`
  }
  if (error.code === 'network' || error.code === 'timeout') return error.message
  return 'Something failed on our side. It often passes within a minute.'
}
