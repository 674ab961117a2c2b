/** Souk's mark: a market gate with a khatim hung in it. Also drawn in app/icon.svg and app/apple-icon.png. */
import { ARCH_PATH, Khatim } from '#components/ui/khatim'
import { cx } from '../ui/cx.ts'

export function Mark({ className }: { className?: string }) {
  return (
    <svg data-slot="mark" aria-hidden="true" viewBox="0 0 32 32" className={cx('shrink-0', className)}>
      <path d={ARCH_PATH} className="fill-dye" />
      <Khatim x={16} y={19} reach={6} className="fill-saffron" />
    </svg>
  )
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-2', className)}>
      <Mark className="size-7" />
      <span className="font-display text-2xl leading-none font-bold tracking-tight">Souk</span>
    </span>
  )
}
