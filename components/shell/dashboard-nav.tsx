/**
 * Side navigation of the seller's and the operator's pages: a column where there is room, a scrolling row where not.
 * The page says which entry is current; the component never reads the address.
 */
import type { IconComponent } from '#components/ui/draw-icon'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'

export interface DashboardNavEntry {
  href: string
  label: string
  Icon?: IconComponent
  /** A number worth acting on, such as waiting approvals. */
  count?: number
}

export interface DashboardNavProps {
  label: string
  entries: DashboardNavEntry[]
  currentHref: string
  className?: string
}

export function DashboardNav({ label, entries, currentHref, className }: DashboardNavProps) {
  return (
    <nav data-slot="dashboard-nav" aria-label={label} className={cx('min-w-0', className)}>
      <ul className="flex gap-1 overflow-x-auto max-md:border-b max-md:border-line max-md:pb-2 md:flex-col">
        {entries.map(({ href, label: text, Icon, count }) => {
          const isCurrent = href === currentHref
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={isCurrent ? 'page' : undefined}
                className={cx(
                  'flex h-9 items-center gap-2.5 rounded-md px-3 text-sm font-medium whitespace-nowrap focus-visible:-outline-offset-2',
                  isCurrent ? 'bg-brand-soft text-brand-ink' : 'text-muted hover:bg-hover hover:text-ink',
                )}
              >
                {Icon ? <Icon className="text-base" /> : null}
                {text}
                {count ? (
                  <span className="ml-auto rounded-full bg-brand px-1.5 text-2xs text-on-brand tabular">
                    {count}
                  </span>
                ) : null}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
