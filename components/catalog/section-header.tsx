/** The head of a shelf: its name, why these, and the way to all of them. */
import { ArrowRightIcon } from '#components/ui/frame-icons'
import Link from 'next/link'
import { cx } from '../ui/cx.ts'

export interface SectionHeaderProps {
  title: string
  /** For `aria-labelledby` of the section. */
  id?: string
  description?: React.ReactNode
  href?: string
  linkLabel?: string
  className?: string
}

export function SectionHeader({
  title,
  id,
  description,
  href,
  linkLabel = 'See all',
  className,
}: SectionHeaderProps) {
  return (
    <div
      data-slot="section-header"
      className={cx('mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1', className)}
    >
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 id={id} className="font-display text-2xl font-semibold tracking-tight">
          {title}
        </h2>
        {description ? <p className="text-sm text-muted">{description}</p> : null}
      </div>
      {href ? (
        <Link
          href={href}
          prefetch={false}
          className="group inline-flex min-h-6 items-center gap-1 rounded-xs text-sm font-medium text-brand-ink hover:underline"
        >
          {linkLabel}
          <span className="sr-only">: {title}</span>
          <ArrowRightIcon className="transition-transform group-hover:translate-x-0.5" />
        </Link>
      ) : null}
    </div>
  )
}
