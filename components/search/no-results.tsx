'use client'
/** Nothing matches: what to take back, what others look for, and where else to go. */
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { trendingQuery } from '#lib/search/contract'
import { useQuery } from '@tanstack/react-query'
import { searchHref, type SearchState } from '../catalog/search-href.ts'
import { EVERGREEN } from './evergreen.ts'
import { activeFilterCount } from './listing-state.ts'
import { SearchLinks } from './search-links.tsx'

export function NoResults({
  state,
  path,
  isBeyondEnd,
}: {
  state: SearchState
  path: string
  isBeyondEnd: boolean
}) {
  const { q, sort, view } = state
  const trending = useQuery(trendingQuery())
  if (isBeyondEnd) {
    return (
      <EmptyState
        title="The list ends before this page"
        actions={<ButtonLink href={searchHref(state, {}, path)}>Go to the first page</ButtonLink>}
      />
    )
  }
  const isFiltered = activeFilterCount(state) > 0
  const popular = [...(trending.data?.trending ?? []), ...(trending.data?.popular ?? [])].map(
    ({ query }) => query,
  )
  return (
    <EmptyState
      title={q ? `Nothing found for “${q}”` : 'Nothing matches these filters'}
      actions={
        <>
          {isFiltered ? (
            <ButtonLink href={searchHref({ q, sort, view }, {}, path)}>Remove the filters</ButtonLink>
          ) : null}
          {path === '/search' ? null : (
            <ButtonLink href={searchHref({ q })} variant="secondary">
              Search the whole market
            </ButtonLink>
          )}
          <ButtonLink href="/categories" variant="secondary">
            Browse categories
          </ButtonLink>
        </>
      }
    >
      <p>
        {isFiltered ? 'Fewer filters may help.' : 'Try fewer or more general words.'} People also look for:
      </p>
      <SearchLinks
        queries={(popular.length > 0 ? popular : EVERGREEN).filter((word) => word !== q).slice(0, 6)}
        className="mt-2 justify-center"
      />
    </EmptyState>
  )
}
