/** What narrows the list now, each with its way out, and one way out of all. */
import { XIcon } from '#components/ui/icons'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { KINDS } from './kind.ts'
import { searchHref, type SearchState, toggledTags } from './search-href.ts'
import { TagText } from './tag-list.tsx'

export interface ActiveFiltersProps {
  state: SearchState
  /** Display name of the category in `state`, when known. */
  categoryName?: string
  path?: string
  className?: string
}

export function ActiveFilters({ state, categoryName, path, className }: ActiveFiltersProps) {
  const { kind, category, price, rating, seller, registryUrl, tags = [] } = state
  const without = (change: SearchState) => searchHref(state, change, path)
  const chips = [
    kind && { label: KINDS[kind].one, href: without({ kind: undefined }) },
    category && { label: categoryName ?? category, href: without({ category: undefined }) },
    price && { label: price === 'free' ? 'Free' : 'Paid', href: without({ price: undefined }) },
    rating && {
      label: rating === 5 ? '5 stars' : `${rating} stars and up`,
      href: without({ rating: undefined }),
    },
    seller && { label: `Store: ${seller}`, href: without({ seller: undefined }) },
    registryUrl && { label: `Registry: ${registryUrl}`, href: without({ registryUrl: undefined }) },
    ...tags.map((tag) => ({ label: tag, href: without({ tags: toggledTags(tags, tag) }) })),
  ].filter((chip) => !!chip)
  if (chips.length === 0) return null
  return (
    <ul
      data-slot="active-filters"
      aria-label="Active filters"
      className={cx('flex flex-wrap gap-1.5', className)}
    >
      {chips.map(({ label, href }) => (
        <li key={label} className="max-w-full">
          <Link
            href={href}
            aria-label={`Remove filter ${label}`}
            className="inline-flex h-7 max-w-full items-center gap-1.5 rounded-sm bg-brand-soft pr-1.5 pl-2.5 text-xs font-medium text-brand-ink hover:bg-hover"
          >
            {tags.includes(label) ? <TagText tag={label} /> : <span className="truncate">{label}</span>}
            <XIcon />
          </Link>
        </li>
      ))}
      {chips.length > 0 ? (
        <li>
          <Link
            href={searchHref({ q: state.q, sort: state.sort, view: state.view }, {}, path)}
            className="inline-flex h-7 items-center px-1.5 text-xs text-muted underline underline-offset-4 hover:text-ink"
          >
            Clear all
          </Link>
        </li>
      ) : null}
    </ul>
  )
}
