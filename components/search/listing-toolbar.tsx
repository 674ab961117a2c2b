'use client'
/** Above a list: how much it holds, what narrows it, in which order and which look; and what was made of the words. */
import type { CategoryCount } from '#lib/catalog/schemas'
import type { MarketplacePage } from '#lib/search/schemas'
import { Alert } from '#components/ui/alert'
import { ActiveFilters } from '../catalog/active-filters.tsx'
import { FilterButton } from '../catalog/filter-panel.tsx'
import type { SearchState } from '../catalog/search-href.ts'
import { SortSelect } from '../catalog/sort-select.tsx'
import { ViewToggle } from '../market/view-toggle.tsx'
import { activeFilterCount } from './listing-state.ts'

export interface ListingToolbarProps {
  state: SearchState
  path: string
  page: number
  categories?: CategoryCount[]
  ignored: string[]
  text: string
  corrections: MarketplacePage['meta']['corrections']
  onOpenFilters: () => void
}

export function ListingToolbar(props: ListingToolbarProps) {
  const { state, path, page, categories, ignored, text, corrections, onOpenFilters } = props
  const categoryName = categories?.find(({ slug }) => slug === state.category)?.name
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5 pb-4">
        <p className="mr-auto min-h-6 text-sm text-muted tabular max-sm:w-full" role="status">
          {text}
        </p>
        <FilterButton activeCount={activeFilterCount(state)} onOpen={onOpenFilters} />
        <SortSelect state={state} path={path} />
        <ViewToggle state={state} path={path} page={page} />
      </div>
      <ActiveFilters state={state} categoryName={categoryName} path={path} className="pb-4" />
      {corrections.length > 0 ? (
        <p className="pb-4 text-sm">
          Showing results for{' '}
          {corrections.map(({ from, to }, index) => (
            <span key={from}>
              {index > 0 ? ', ' : ''}
              <strong>{to}</strong> as well as “{from}”
            </span>
          ))}
          .
        </p>
      ) : null}
      {ignored.length > 0 ? (
        <Alert tone="warning" className="mb-4">
          <p>
            Part of this address could not be used and was left out:{' '}
            {ignored.slice(0, 5).map((pair, index) => (
              <span key={pair}>
                {index > 0 ? ', ' : ''}
                <code className="font-mono text-xs break-all">{pair.slice(0, 80)}</code>
              </span>
            ))}
            .
          </p>
        </Alert>
      ) : null}
    </>
  )
}
