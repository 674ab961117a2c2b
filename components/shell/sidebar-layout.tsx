/** A page with something beside its content: filters or navigation before it, or facts after it. One column when narrow. */
import { cx } from '../ui/cx.ts'

export interface SidebarLayoutProps {
  sidebar: React.ReactNode
  /** `start`: 14rem before the content. `end`: 20rem after it. */
  side?: 'start' | 'end'
  className?: string
  children: React.ReactNode
}

export function SidebarLayout({ sidebar, side = 'start', className, children }: SidebarLayoutProps) {
  return (
    <div
      data-slot="sidebar-layout"
      className={cx(
        'grid grid-cols-[minmax(0,1fr)] gap-x-8 gap-y-6',
        side === 'start' ? 'lg:grid-cols-[14rem_minmax(0,1fr)]' : 'lg:grid-cols-[minmax(0,1fr)_20rem]',
        className,
      )}
    >
      {side === 'start' ? sidebar : null}
      <div className="min-w-0">{children}</div>
      {side === 'end' ? sidebar : null}
    </div>
  )
}
