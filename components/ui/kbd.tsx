/** A key as it is printed on the keyboard. */
import { cx } from './cx.ts'

export function Kbd({ className, ...props }: React.ComponentProps<'kbd'>) {
  return (
    <kbd
      data-slot="kbd"
      className={cx(
        'inline-flex h-5 min-w-5 items-center justify-center rounded-xs border border-line bg-sunken px-1 font-mono text-2xs text-muted',
        className,
      )}
      {...props}
    />
  )
}
