/** The tags of what matches, most used first, as chips that narrow the list or widen it again. */
import { CheckIcon } from '#components/ui/icons'
import type { TagCount } from '#lib/search/schemas'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { FacetCount } from './facet-count.tsx'
import { type SearchState, toggledTags } from './search-href.ts'
import { TagText } from './tag-list.tsx'

const SHOWN_AT_ONCE = 18
const SHOWN_MAX = 80

interface TagFiltersProps {
  state: SearchState
  /** Of everything that matches. */
  tags: TagCount[]
  total: number
  isEstimated: boolean
  hrefWith: (change: SearchState) => string
}

export function TagFilters({ state, tags: all, total, isEstimated, hrefWith }: TagFiltersProps) {
  const tags = usefulTags(all, state.tags ?? [], total)
  if (tags.length === 0) return null
  const chip = ({ key, value, count }: TagCount) => {
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
          {isOn ? <CheckIcon /> : <FacetCount count={count} isEstimated={isEstimated} />}
        </Link>
      </li>
    )
  }
  const rest = tags.slice(SHOWN_AT_ONCE, SHOWN_MAX)
  return (
    <div>
      <p className="mb-1.5 px-2 text-xs font-semibold text-muted">Tags</p>
      <ul aria-label="Tags" className="flex flex-wrap gap-1.5 px-2">
        {tags.slice(0, SHOWN_AT_ONCE).map(chip)}
      </ul>
      {rest.length > 0 ? (
        <details className="mt-2 px-2">
          <summary className="min-h-6 text-xs text-muted underline underline-offset-4 hover:text-ink">
            More tags
          </summary>
          <ul aria-label="More tags" className="mt-2 flex flex-wrap gap-1.5">
            {rest.map(chip)}
          </ul>
        </details>
      ) : null}
    </div>
  )
}

/** What everything on the list carries narrows nothing; the chosen ones always show, so that they can be undone. */
function usefulTags(tags: TagCount[], chosen: string[], total: number): TagCount[] {
  const nameOf = ({ key, value }: TagCount) => `${key}:${value}`
  const missing = chosen
    .filter((tag) => !tags.some((each) => nameOf(each) === tag))
    .map((tag) => ({ key: tag.slice(0, tag.indexOf(':')), value: tag.slice(tag.indexOf(':') + 1), count: 0 }))
  return [...missing, ...tags.filter((tag) => chosen.includes(nameOf(tag)) || tag.count < total)]
}
