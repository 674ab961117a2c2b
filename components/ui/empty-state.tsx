/** What a list says when it has nothing: why, and what to do next. It never looks like an error. */
import { cx } from './cx.ts'
import { ARCH_PATH, Khatim } from './khatim.tsx'

export interface StateProps {
  title: string
  children?: React.ReactNode
  /** Buttons or links. */
  actions?: React.ReactNode
  className?: string
}

export function EmptyState({ title, children, actions, className }: StateProps) {
  return (
    <div
      data-slot="empty-state"
      className={cx(
        'flex flex-col items-center rounded-lg border border-dashed border-control/50 px-6 py-12 text-center',
        className,
      )}
    >
      <svg aria-hidden="true" viewBox="0 0 32 32" className="mb-4 size-14">
        <path d={ARCH_PATH} className="fill-sunken stroke-line" />
        <Khatim x={16} y={19} reach={4.5} className="fill-line" />
      </svg>
      <p className="font-display text-xl font-semibold">{title}</p>
      {children ? <div className="mt-1.5 max-w-prose text-sm text-muted">{children}</div> : null}
      {actions ? <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}
