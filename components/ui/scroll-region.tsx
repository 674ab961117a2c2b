/** A box that scrolls inside itself and never widens what it stands in. It takes focus, because the keyboard could not reach its far side otherwise. */
import { cx } from './cx.ts'

export function ScrollRegion({
  label,
  className,
  ...props
}: React.ComponentProps<'div'> & { label: string }) {
  return (
    <div
      data-slot="scroll-region"
      role="region"
      aria-label={label}
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
      tabIndex={0}
      className={cx('relative overflow-x-auto [contain:inline-size]', className)}
      {...props}
    />
  )
}
