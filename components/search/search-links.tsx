/** Searches worth a click, side by side. */
import Link from 'next/link'
import { searchHref } from '../catalog/search-href.ts'
import { cx } from '../ui/cx.ts'

export function SearchLinks({
  queries,
  label,
  className,
}: {
  queries: string[]
  label?: string
  className?: string
}) {
  return (
    <ul aria-label={label} className={cx('flex flex-wrap gap-x-4', className)}>
      {queries.map((query) => (
        <li key={query}>
          <Link
            href={searchHref({ q: query })}
            prefetch={false}
            className="inline-flex min-h-6 items-center text-brand-ink underline underline-offset-4"
          >
            {query}
          </Link>
        </li>
      ))}
    </ul>
  )
}
