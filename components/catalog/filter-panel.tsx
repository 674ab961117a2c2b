/**
 * Ways to narrow a list, every one a link: the address holds all state, and nothing here needs a script. Beside the list
 * on wide screens; on narrow ones the same markup opens as a native popover from `FilterButton`.
 */
import { buttonClass } from '#components/ui/button'
import { CheckIcon, SlidersHorizontalIcon, XIcon } from '#components/ui/icons'
import type { CategoryCount } from '#lib/catalog/schemas'
import type { Kind } from '#lib/kernel/kind'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { knownHue } from './category-icon.tsx'
import { groupedCount } from './compact-count.ts'
import { KIND_ORDER, KINDS } from './kind.ts'
import { searchHref, type SearchState, toggledTags } from './search-href.ts'
import { TagText } from './tag-list.tsx'

const PANEL_ID = 'filters'

export interface FilterPanelProps {
  state: SearchState
  /** Leave out where the category is the page. */
  categories?: CategoryCount[]
  /** False where the list is narrowed: then how much stands in the whole category would mislead. */
  hasCategoryCounts?: boolean
  tags?: { key: string; value: string; count: number }[]
  kindCounts?: Partial<Record<Kind, number>>
  path?: string
  className?: string
}

export function FilterPanel({
  state,
  categories = [],
  hasCategoryCounts = true,
  tags = [],
  kindCounts,
  path,
  className,
}: FilterPanelProps) {
  const hrefWith = (change: SearchState) => searchHref(state, change, path)
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
                count={kindCounts?.[kind]}
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
              <Option key={price} href={hrefWith({ price: isOn ? undefined : price })} isOn={isOn}>
                {price === 'free' ? 'Free' : 'Paid'}
              </Option>
            )
          })}
        </Group>
        {categories.length > 0 ? (
          <Group title="Category">
            {categories.map(({ slug, name, color, productCount }) => {
              const isOn = state.category === slug
              return (
                <Option
                  key={slug}
                  href={hrefWith({ category: isOn ? undefined : slug })}
                  isOn={isOn}
                  count={hasCategoryCounts ? productCount : undefined}
                >
                  <span data-hue={knownHue(color)} className="mx-1 size-2 shrink-0 rotate-45 bg-hue-solid" />
                  <span className="truncate">{name}</span>
                </Option>
              )
            })}
          </Group>
        ) : null}
        <TagChips state={state} tags={tags} hrefWith={hrefWith} />
      </div>
    </aside>
  )
}

/** Opens the panel where it is not beside the list. */
export function FilterButton({ activeCount = 0 }: { activeCount?: number }) {
  return (
    <button
      type="button"
      popoverTarget={PANEL_ID}
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
  count?: number
  children: React.ReactNode
}

function Option({ href, isOn, count, children }: OptionProps) {
  return (
    <li>
      <Link
        href={href}
        prefetch={false}
        aria-current={isOn ? 'true' : undefined}
        className={cx(
          'flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm focus-visible:-outline-offset-2',
          isOn ? 'bg-brand-soft font-medium text-brand-ink' : 'hover:bg-hover',
        )}
      >
        {children}
        {isOn ? (
          <CheckIcon className="ml-auto" />
        ) : count === undefined ? null : (
          <span className="ml-auto text-xs text-faint tabular">{groupedCount(count)}</span>
        )}
      </Link>
    </li>
  )
}

interface TagChipsProps {
  state: SearchState
  tags: { key: string; value: string; count: number }[]
  hrefWith: (change: SearchState) => string
}

function TagChips({ state, tags, hrefWith }: TagChipsProps) {
  if (tags.length === 0) return null
  return (
    <div>
      <p className="mb-1.5 px-2 text-xs font-semibold text-muted">Tags</p>
      <ul aria-label="Tags" className="flex flex-wrap gap-1.5 px-2">
        {tags.map(({ key, value, count }) => {
          const tag = `${key}:${value}`
          const isOn = state.tags?.includes(tag) ?? false
          return (
            <li key={tag} className="max-w-full">
              <Link
                href={hrefWith({ tags: toggledTags(state.tags, tag) })}
                prefetch={false}
                aria-current={isOn ? 'true' : undefined}
                className={cx(
                  'inline-flex h-6.5 max-w-full items-center gap-1.5 rounded-sm border px-2 text-xs',
                  isOn
                    ? 'border-transparent bg-brand-soft text-brand-ink'
                    : 'border-line bg-surface hover:border-control',
                )}
              >
                <TagText tag={tag} />
                {isOn ? <CheckIcon /> : <span className="text-faint tabular">{groupedCount(count)}</span>}
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
