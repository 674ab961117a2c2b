/**
 * Turns one outline on a 24-unit grid into an icon component that inherits the text's colour and size. Icons are
 * decoration: they are hidden from assistive technology, and the control around them carries the name.
 */
import { cx } from './cx.ts'

export type IconComponent = (props: React.ComponentProps<'svg'>) => React.ReactNode

export function drawIcon(outline: string): IconComponent {
  return function Icon({ className, ...props }) {
    return (
      <svg
        aria-hidden="true"
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        {...props}
        className={cx('icon', className)}
      >
        <path d={outline} />
      </svg>
    )
  }
}
