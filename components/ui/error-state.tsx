/** What a page or list says when it could not be shown: plainly, with a way on, and the request id to quote. */
import { cx } from './cx.ts'
import type { StateProps } from './empty-state.tsx'
import { CircleAlertIcon } from './icons.tsx'

export function ErrorState({
  title,
  children,
  actions,
  requestId,
  className,
}: StateProps & { requestId?: string }) {
  return (
    <div
      data-slot="error-state"
      role="alert"
      className={cx('flex flex-col items-center rounded-lg bg-danger-soft px-6 py-10 text-center', className)}
    >
      <CircleAlertIcon className="mb-3 size-8 text-danger" />
      <p className="font-display text-xl font-semibold">{title}</p>
      {children ? <div className="mt-1.5 max-w-prose text-sm text-ink">{children}</div> : null}
      {requestId ? <p className="mt-2 font-mono text-xs text-ink">Request {requestId}</p> : null}
      {actions ? <div className="mt-5 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}
