/** A package's tags, each a way to everything else that carries it. */
import Link from 'next/link'
import { cx } from '../ui/cx.ts'
import { searchHref } from './search-href.ts'

export interface TagListProps {
  /** `key:value` each. */
  tags: string[]
  /** Shows this many and says how many more there are. */
  limit?: number
  className?: string
}

export function TagList({ tags, limit = tags.length, className }: TagListProps) {
  if (tags.length === 0) return null
  const hiddenCount = Math.max(0, tags.length - limit)
  return (
    <ul data-slot="tag-list" aria-label="Tags" className={cx('flex flex-wrap gap-1.5', className)}>
      {tags.slice(0, limit).map((tag) => (
        <li key={tag} className="max-w-full">
          <Link
            href={searchHref({ tags: [tag] })}
            prefetch={false}
            className="inline-flex h-6 max-w-full items-center rounded-sm border border-line bg-surface px-2 text-xs hover:border-control hover:bg-hover"
          >
            <TagText tag={tag} />
          </Link>
        </li>
      ))}
      {hiddenCount > 0 ? (
        <li className="inline-flex h-6 items-center text-xs text-faint">+{hiddenCount} more</li>
      ) : null}
    </ul>
  )
}

/** The key steps back, the value carries the meaning. */
export function TagText({ tag }: { tag: string }) {
  const colon = tag.indexOf(':')
  return (
    <span className="truncate">
      <span className="text-faint">{tag.slice(0, colon + 1)}</span>
      {tag.slice(colon + 1)}
    </span>
  )
}
