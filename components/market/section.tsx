/** One part of a package's page under its own heading. */
import { cx } from '../ui/cx.ts'

export interface SectionProps {
  id: string
  title: string
  /** Beside the heading. */
  aside?: React.ReactNode
  className?: string
  children: React.ReactNode
}

export function Section({ id, title, aside, className, children }: SectionProps) {
  return (
    // Unnamed on purpose: a page of ten landmarks has none. The headings are the way through it.
    <section className={className}>
      <div className="mb-3 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h2 id={id} className="font-display text-xl font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** A heading inside a section. */
export function Subheading({ children, className }: { children: React.ReactNode; className?: string }) {
  return <h3 className={cx('mb-1.5 text-sm font-semibold', className)}>{children}</h3>
}
