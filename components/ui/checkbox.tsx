/** A yes or no with its label in one target. It is the browser's own checkbox, so forms post it without JavaScript. */
import { cx } from './cx.ts'

export function Checkbox({
  label,
  hint,
  className,
  ...props
}: Omit<React.ComponentProps<'input'>, 'type'> & { label: React.ReactNode; hint?: React.ReactNode }) {
  return (
    <label
      data-slot="checkbox"
      className={cx('flex min-h-6 cursor-pointer items-start gap-2.5 text-sm', className)}
    >
      <input type="checkbox" className="mt-0.5 size-4.5 shrink-0 cursor-pointer accent-brand" {...props} />
      <span>
        {label}
        {hint ? <span className="block text-xs text-muted">{hint}</span> : null}
      </span>
    </label>
  )
}
