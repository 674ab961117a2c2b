/** A quiet stand-in with the size of what will arrive. The region that loads says so once, with `aria-busy`. */
import { cx } from './cx.ts'

export function Skeleton({ className, ...props }: React.ComponentProps<'span'>) {
  return (
    <span
      data-slot="skeleton"
      aria-hidden="true"
      className={cx('block animate-skeleton rounded-sm bg-line/80', className)}
      {...props}
    />
  )
}
