/** The top of a page below the shell: where we are, its only h1, what can be done here. */
import { Breadcrumb, type Crumb } from '#components/ui/breadcrumb'
import { cx } from '../ui/cx.ts'

export interface PageHeaderProps {
  title: React.ReactNode
  description?: React.ReactNode
  crumbs?: Crumb[]
  /** A tile or icon before the title. */
  picture?: React.ReactNode
  actions?: React.ReactNode
  className?: string
}

export function PageHeader({ title, description, crumbs, picture, actions, className }: PageHeaderProps) {
  return (
    <div data-slot="page-header" className={cx('pt-5 pb-6', className)}>
      {crumbs ? <Breadcrumb crumbs={crumbs} className="mb-3" /> : null}
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
        <div className="flex min-w-0 items-center gap-4 max-sm:items-start">
          {picture}
          <div className="min-w-0">
            <h1 className="font-display text-3xl font-semibold tracking-tight">{title}</h1>
            {description ? <div className="mt-1 max-w-prose text-muted">{description}</div> : null}
          </div>
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-2">{actions}</div> : null}
      </div>
    </div>
  )
}
