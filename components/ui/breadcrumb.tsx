/** The path from the home page to here. The last crumb is the page itself and no link. */
import Link from 'next/link'
import { cx } from './cx.ts'
import { ChevronRightIcon } from './icons.tsx'

export interface Crumb {
  label: string
  href?: string
}

export function Breadcrumb({ crumbs, className }: { crumbs: Crumb[]; className?: string }) {
  return (
    <nav data-slot="breadcrumb" aria-label="Breadcrumb" className={className}>
      <ol className="flex flex-wrap items-center gap-x-1 text-sm text-muted">
        {crumbs.map(({ label, href }, index) => {
          const isLast = index === crumbs.length - 1
          return (
            <li key={`${index}-${label}`} className="flex min-w-0 items-center gap-1">
              {index > 0 ? <ChevronRightIcon className="text-xs text-faint" /> : null}
              {href && !isLast ? (
                <Link
                  href={href}
                  // Seldom followed: fetching them ahead would compete with the page itself.
                  prefetch={false}
                  className="inline-flex min-h-6 items-center rounded-xs hover:text-ink hover:underline"
                >
                  {label}
                </Link>
              ) : (
                <span
                  aria-current={isLast ? 'page' : undefined}
                  className={cx('truncate', isLast && 'text-ink')}
                >
                  {label}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
