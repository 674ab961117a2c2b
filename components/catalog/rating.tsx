/** What buyers thought: an average of five with the number of voices behind it. Stars are khatims. */
import { Khatim } from '#components/ui/khatim'
import { cx } from '../ui/cx.ts'
import { countOf, groupedCount } from './compact-count.ts'

export interface RatingProps {
  average: number
  count: number
  className?: string
}

export interface BriefRatingProps extends RatingProps {
  unrated?: React.ReactNode
  /** Leaves the number of voices to assistive technology. */
  brief?: boolean
}

/** One star and the figures, for lists. Nothing when nobody has rated yet: `unrated` says what to show then. */
export function Rating({ average, count, unrated = null, brief = false, className }: BriefRatingProps) {
  if (count === 0) return unrated
  return (
    <span
      data-slot="rating"
      className={cx('inline-flex items-center gap-1 whitespace-nowrap tabular', className)}
    >
      <svg aria-hidden="true" viewBox="0 0 16 16" className="size-3.5 fill-accent">
        <Khatim x={8} y={8} reach={5} />
      </svg>
      <span className="sr-only">Rated </span>
      <span className="font-medium text-ink">{average.toFixed(1)}</span>
      <span className="sr-only"> of 5 by </span>
      <span className={brief ? 'sr-only' : 'text-faint'}>
        <span aria-hidden="true">(</span>
        {groupedCount(count)}
        <span aria-hidden="true">)</span>
      </span>
    </span>
  )
}

/** Five stars, filled in proportion, for single reviews and a package's own page. */
export function RatingStars({ average, count, className }: RatingProps) {
  const label = `${average.toFixed(1)} of 5${count > 0 ? `, ${countOf(count, 'rating')}` : ''}`
  return (
    <span
      data-slot="rating-stars"
      role="img"
      aria-label={label}
      className={cx('inline-flex items-center gap-1.5 whitespace-nowrap tabular', className)}
    >
      <svg aria-hidden="true" viewBox="0 0 88 16" className="h-4 w-22 shrink-0">
        <Stars className="fill-line" />
        {/* A nested svg clips what lies beyond its width, without an id to keep unique. */}
        <svg width={(Math.min(5, Math.max(0, average)) / 5) * 88} height="16">
          <Stars className="fill-accent" />
        </svg>
      </svg>
      {count > 0 ? (
        <span className="text-faint">
          <span className="font-medium text-ink">{average.toFixed(1)}</span> ({groupedCount(count)})
        </span>
      ) : null}
    </span>
  )
}

function Stars({ className }: { className: string }) {
  return [8, 26, 44, 62, 80].map((x) => <Khatim key={x} x={x} y={8} reach={5} className={className} />)
}
