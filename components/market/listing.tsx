/**
 * A list of packages with everything that narrows and orders it, for the search, category and store pages. All of it is
 * links and GET forms: the address holds the state, and no script is needed.
 */
import { ActiveFilters } from '#components/catalog/active-filters'
import { FilterButton, FilterPanel } from '#components/catalog/filter-panel'
import { PackageGrid } from '#components/catalog/package-grid'
import { PackageRows } from '#components/catalog/package-row'
import { SortSelect } from '#components/catalog/sort-select'
import { Alert } from '#components/ui/alert'
import { Pagination } from '#components/ui/pagination'
import type { CategoryCount } from '#lib/catalog/schemas'
import { pageCountOf, type PageQuery } from '#lib/search/page-query'
import type { MarketplacePage } from '#lib/search/schemas'
import { countOf } from '../catalog/compact-count.ts'
import { type SearchState, searchHref } from '../catalog/search-href.ts'
import { ViewToggle } from './view-toggle.tsx'

const TAGS_SHOWN = 24

export interface ListingProps {
  query: PageQuery
  result: MarketplacePage
  /** The address of this list without its query. */
  path: string
  /** Leave out where the category is the page. */
  categories?: CategoryCount[]
  /** Shown when nothing matches. */
  empty: React.ReactNode
}

export function Listing({ query, result, path, categories, empty }: ListingProps) {
  const state = listingState(query)
  const { items, meta } = result
  const activeCount = activeFilterCount(state)
  const categoryName = categories?.find(({ slug }) => slug === state.category)?.name
  return (
    <div data-slot="listing" className="grid items-start gap-x-8 lg:grid-cols-[13.5rem_minmax(0,1fr)]">
      <FilterPanel
        state={state}
        categories={categories}
        hasCategoryCounts={!state.q && activeCount === 0}
        tags={shownTags(result, state)}
        path={path}
        className="lg:pt-1"
      />
      <div className="min-w-0">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5 pb-4">
          <p className="mr-auto text-sm text-muted tabular max-sm:w-full" role="status">
            {countOf(meta.total, 'package')}
          </p>
          <FilterButton activeCount={activeCount} />
          <SortSelect state={state} path={path} />
          <ViewToggle state={state} path={path} page={query.page} />
        </div>
        <ActiveFilters state={state} categoryName={categoryName} path={path} className="pb-4" />
        {query.ignored.length > 0 ? <IgnoredNotice ignored={query.ignored} /> : null}
        {items.length === 0 ? (
          empty
        ) : query.view === 'list' ? (
          <PackageRows items={items} as="h2" />
        ) : (
          <PackageGrid items={items} as="h2" />
        )}
        <Pagination
          page={query.page}
          pageCount={pageCountOf(meta.total)}
          hrefFor={(page) => searchHref(state, { page }, path)}
          className="pt-8"
        />
      </div>
    </div>
  )
}

export function listingState({ filters, view }: PageQuery): SearchState {
  return { ...filters, ...(view === 'list' ? { view } : {}) }
}

export function activeFilterCount({ kind, category, price, seller, tags = [] }: SearchState): number {
  return [kind, category, price, seller].filter(Boolean).length + tags.length
}

/** Tags that everything on the list carries narrow nothing; the chosen ones always show, so that they can be undone. */
function shownTags({ meta }: MarketplacePage, { tags = [] }: SearchState) {
  const isChosen = ({ key, value }: { key: string; value: string }) => tags.includes(`${key}:${value}`)
  const useful = meta.tags.filter((tag) => isChosen(tag) || tag.count < meta.total)
  return useful.slice(0, TAGS_SHOWN)
}

function IgnoredNotice({ ignored }: { ignored: string[] }) {
  return (
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
  )
}
