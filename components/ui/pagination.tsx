/** Links through a long list. The caller says what page N is called; the component never reads the address. */
import Link from 'next/link'
import { buttonClass } from './button.tsx'
import { cx } from './cx.ts'
import { ChevronLeftIcon, ChevronRightIcon } from './icons.tsx'

export interface PaginationProps {
  /** One-based. */
  page: number
  pageCount: number
  hrefFor: (page: number) => string
  className?: string
}

export function Pagination({ page, pageCount, hrefFor, className }: PaginationProps) {
  if (pageCount <= 1) return null
  return (
    <nav
      data-slot="pagination"
      aria-label="Pages"
      className={cx('flex items-center justify-center gap-1', className)}
    >
      <Step href={page > 1 ? hrefFor(page - 1) : null} rel="prev">
        <ChevronLeftIcon />
        <span className="max-sm:sr-only">Previous</span>
      </Step>
      <ol className="flex items-center gap-1">
        {pagesAround(page, pageCount).map((entry, index) => (
          <li
            key={entry ?? `gap-${index}`}
            // Where it is narrow, "previous" and "next" already lead to the neighbours.
            className={cx(entry !== null && Math.abs(entry - page) === 1 && pageCount > 4 && 'max-sm:hidden')}
          >
            {entry === null ? (
              <span className="px-1 text-faint">…</span>
            ) : (
              <Link
                href={hrefFor(entry)}
                aria-label={`Page ${entry}`}
                aria-current={entry === page ? 'page' : undefined}
                className={buttonClass(
                  { variant: 'quiet', size: 'icon' },
                  'text-sm tabular aria-[current]:bg-brand-soft aria-[current]:font-semibold aria-[current]:text-brand-ink',
                )}
              >
                {entry}
              </Link>
            )}
          </li>
        ))}
      </ol>
      <Step href={page < pageCount ? hrefFor(page + 1) : null} rel="next">
        <span className="max-sm:sr-only">Next</span>
        <ChevronRightIcon />
      </Step>
    </nav>
  )
}

function Step({
  href,
  rel,
  children,
}: {
  href: string | null
  rel: 'prev' | 'next'
  children: React.ReactNode
}) {
  const look = buttonClass({ variant: 'quiet' }, 'max-sm:px-2.5')
  if (!href) {
    return (
      <span role="link" aria-disabled="true" className={cx(look, 'opacity-45')}>
        {children}
      </span>
    )
  }
  return (
    <Link href={href} rel={rel} className={look}>
      {children}
    </Link>
  )
}

/** First, last, and the neighbours of the current page; `null` stands for a gap. At most seven entries. */
export function pagesAround(page: number, pageCount: number): (number | null)[] {
  const wanted = new Set([1, page - 1, page, page + 1, pageCount])
  const pages = [...wanted].filter((entry) => entry >= 1 && entry <= pageCount).sort((a, b) => a - b)
  return pages.flatMap((entry, index) => {
    const previous = pages[index - 1] ?? entry - 1
    if (entry - previous === 2) return [entry - 1, entry]
    return entry - previous > 2 ? [null, entry] : [entry]
  })
}
