/** A message that stays where it is, inside a page or a form. What passes by itself is a toast. */
import { cx } from './cx.ts'
import { CircleAlertIcon, CircleCheckIcon, InfoIcon, TriangleAlertIcon } from './icons.tsx'

export type AlertTone = 'info' | 'success' | 'warning' | 'danger'

const LOOKS = {
  info: { Icon: InfoIcon, ground: 'bg-info-soft', ink: 'text-info' },
  success: { Icon: CircleCheckIcon, ground: 'bg-success-soft', ink: 'text-success' },
  warning: { Icon: TriangleAlertIcon, ground: 'bg-warning-soft', ink: 'text-warning' },
  danger: { Icon: CircleAlertIcon, ground: 'bg-danger-soft', ink: 'text-danger' },
} as const

export function Alert({
  tone = 'info',
  title,
  className,
  children,
  ...props
}: Omit<React.ComponentProps<'div'>, 'title'> & { tone?: AlertTone; title?: React.ReactNode }) {
  const { Icon, ground, ink } = LOOKS[tone]
  return (
    <div
      data-slot="alert"
      role={tone === 'danger' ? 'alert' : 'status'}
      className={cx('flex gap-3 rounded-md px-3.5 py-3 text-sm text-ink', ground, className)}
      {...props}
    >
      <Icon className={cx('mt-0.5 text-base', ink)} />
      <div className="min-w-0 flex-1">
        {title ? <p className={cx('font-semibold', ink)}>{title}</p> : null}
        {children}
      </div>
    </div>
  )
}
