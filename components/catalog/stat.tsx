/** One number with its meaning: short to the eye, in full to assistive technology and on hover. */
import type { IconComponent } from '#components/ui/draw-icon'
import { cx } from '../ui/cx.ts'
import { compactCount, countOf } from './compact-count.ts'

export interface StatProps {
  count: number
  /** Singular: `download`. */
  noun: string
  Icon: IconComponent
  className?: string
}

export function Stat({ count, noun, Icon, className }: StatProps) {
  const full = countOf(count, noun)
  return (
    <span
      data-slot="stat"
      title={full}
      className={cx('inline-flex items-center gap-1 whitespace-nowrap text-muted tabular', className)}
    >
      <Icon className="text-faint" />
      <span aria-hidden="true">{compactCount(count)}</span>
      <span className="sr-only">{full}</span>
    </span>
  )
}
