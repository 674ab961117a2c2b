/**
 * Ways to narrow a list, every one a link with how much it would leave: the address holds all state, and nothing here
 * needs a script. `FilterPanel` stands beside the list; where there is no room, `FilterButton` opens the same groups over
 * it: as a native popover before scripts run, in a dialog after.
 */
import { buttonClass } from '#components/ui/button'
import { CheckIcon, SlidersHorizontalIcon, XIcon } from '#components/ui/icons'
import type { CategoryCount } from '#lib/catalog/schemas'
import type { FacetCounts } from '#lib/search/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { knownHue } from '../ui/mosaic.ts'
import { FacetCount } from './facet-count.tsx'
import { KIND_ORDER, KINDS } from './kind.ts'
import { searchHref, type SearchState } from './search-href.ts'
import { TagFilters } from './tag-filters.tsx'

const PANEL_ID = 'filters'
const STARS = [4, 3, 2] as const

export interface FilterGroupsProps {
  state: SearchState
  /** How much each choice would leave. */
  facets: FacetCounts
  /** Of everything that matches now. */
  total: number
  /** The counts are estimates. */
  isEstimated?: boolean
  /** Leave out where the category is the page. */
  categories?: CategoryCount[]
  path?: string
}

export function FilterPanel({ className, ...groups }: FilterGroupsProps & { className?: string }) {
  return (
    <aside
      data-slot="filter-panel"
      id={PANEL_ID}
      popover="auto"
      aria-label="Filters"
      className={cx('filter-sheet', className)}
    >
      <div className="mb-3 flex items-center justify-between lg:hidden">
        <p className="font-display text-xl font-semibold">Filters</p>
        <button
          type="button"
          popoverTarget={PANEL_ID}
          popoverTargetAction="hide"
          aria-label="Close filters"
          className={buttonClass({ variant: 'quiet', size: 'icon' })}
        >
          <XIcon />
        </button>
      </div>
      <FilterGroups {...groups} />
    </aside>
  )
}

export function FilterGroups({
  state,
  facets,
  total,
  isEstimated = false,
  categories = [],
  path,
}: FilterGroupsProps) {
  const hrefWith = (change: SearchState) => searchHref(state, change, path)
  const stocked = categories.filter(
    ({ slug }) => state.category !== undefined || countIn(facets.categories, slug, false) !== 0,
  )
  return (
    <div className="grid gap-6">
      <Group title="Kind">
        {KIND_ORDER.map((kind) => {
          const { many, hue, Icon } = KINDS[kind]
          const isOn = state.kind === kind
          return (
            <Option
              key={kind}
              href={hrefWith({ kind: isOn ? undefined : kind })}
              isOn={isOn}
              count={countIn(facets.kinds, kind, state.kind !== undefined)}
              isEstimated={isEstimated}
            >
              <span data-hue={hue} className="inline-flex text-base text-hue">
                <Icon />
              </span>
              {many}
            </Option>
          )
        })}
      </Group>
      <Group title="Price">
        {(['free', 'paid'] as const).map((price) => {
          const isOn = state.price === price
          return (
            <Option
              key={price}
              href={hrefWith({ price: isOn ? undefined : price })}
              isOn={isOn}
              count={countIn(facets.prices, price, state.price !== undefined)}
              isEstimated={isEstimated}
            >
              {price === 'free' ? 'Free' : 'Paid'}
            </Option>
          )
        })}
      </Group>
      <RatingGroup state={state} facets={facets} isEstimated={isEstimated} hrefWith={hrefWith} />
      {stocked.length > 0 ? (
        <Group title="Category">
          {stocked.map(({ slug, name, color }) => {
            const isOn = state.category === slug
            return (
              <Option
                key={slug}
                href={hrefWith({ category: isOn ? undefined : slug })}
                isOn={isOn}
                count={countIn(facets.categories, slug, state.category !== undefined)}
                isEstimated={isEstimated}
              >
                <span data-hue={knownHue(color)} className="mx-1 size-2 shrink-0 rotate-45 bg-hue-solid" />
                <span className="truncate">{name}</span>
              </Option>
            )
          })}
        </Group>
      ) : null}
      <TagFilters
        state={state}
        tags={facets.tags}
        total={total}
        isEstimated={isEstimated}
        hrefWith={hrefWith}
      />
    </div>
  )
}

type RatingGroupProps = Required<Pick<FilterGroupsProps, 'state' | 'facets' | 'isEstimated'>> & {
  hrefWith: (change: SearchState) => string
}

function RatingGroup({ state, facets, isEstimated, hrefWith }: RatingGroupProps) {
  return (
    <Group title="Rating">
      {STARS.map((stars) => {
        const isOn = state.rating === stars
        return (
          <Option
            key={stars}
            href={hrefWith({ rating: isOn ? undefined : stars })}
            isOn={isOn}
            count={countIn(facets.ratings, String(stars), state.rating !== undefined)}
            isEstimated={isEstimated}
          >
            {stars} stars and up
          </Option>
        )
      })}
    </Group>
  )
}

/** Within one choice the others of its group would leave nothing; what they would leave instead is not known. */
function countIn(counts: FacetCounts['kinds'], value: string, isChosen: boolean): number | undefined {
  return isChosen ? undefined : (counts.find((each) => each.value === value)?.count ?? 0)
}

/** Opens the filters where they are not beside the list. */
export function FilterButton({
  activeCount = 0,
  onOpen,
}: {
  activeCount?: number
  /** Instead of the popover. */
  onOpen?: () => void
}) {
  return (
    <button
      type="button"
      popoverTarget={PANEL_ID}
      onClick={
        onOpen &&
        ((event) => {
          event.preventDefault()
          onOpen()
        })
      }
      className={buttonClass({ variant: 'secondary' }, 'lg:hidden')}
    >
      <SlidersHorizontalIcon />
      Filters
      {activeCount > 0 ? (
        <span className="rounded-full bg-brand px-1.5 text-2xs text-on-brand tabular">{activeCount}</span>
      ) : null}
    </button>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div>
      <p className="mb-1 px-2 text-xs font-semibold text-muted">{title}</p>
      <ul aria-label={title}>{children}</ul>
    </div>
  )
}

interface OptionProps {
  href: string
  isOn: boolean
  count: number | undefined
  isEstimated: boolean
  children: React.ReactNode
}

function Option({ href, isOn, count, isEstimated, children }: OptionProps) {
  return (
    <li>
      <Link
        href={href}
        prefetch={false}
        aria-current={isOn ? 'true' : undefined}
        className={cx(
          'flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm focus-visible:-outline-offset-2',
          isOn ? 'bg-brand-soft font-medium text-brand-ink' : 'hover:bg-hover',
          count === 0 && 'text-muted',
        )}
      >
        {children}
        {isOn ? (
          <CheckIcon className="ml-auto" />
        ) : count === undefined ? null : (
          <FacetCount count={count} isEstimated={isEstimated} className="ml-auto text-xs" />
        )}
      </Link>
    </li>
  )
}
