/** One value a day as bars, with its sum beside the name and its best day in words. Draws only. */
import { formatDay } from './date-time.tsx'

const HEIGHT = 40

export interface DayBarsProps {
  label: string
  days: readonly { day: string; count: number }[]
  /** How one value and the sum read. */
  format: (count: number) => string
}

export function DayBars({ label, days, format }: DayBarsProps) {
  const counts = days.map(({ count }) => Math.max(0, count))
  const total = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(0, ...counts)
  const best = days[counts.indexOf(most)]
  const summary =
    total === 0 || !best
      ? `${label}: none in ${days.length} days`
      : `${label}: ${format(total)} in ${days.length} days, most on ${formatDay(best.day)} with ${format(most)}`
  return (
    <figure data-slot="day-bars">
      <figcaption className="mb-1.5 flex items-baseline justify-between text-xs text-muted">
        <span>{label}</span>
        <span className="tabular">{format(total)}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${days.length * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full"
      >
        <rect y={HEIGHT - 1} width="100%" height="1" className="fill-line" />
        {days.map(({ day }, index) => {
          const count = counts[index] ?? 0
          const height = most === 0 ? 0 : Math.max(count === 0 ? 0 : 2, (count / most) * (HEIGHT - 1))
          return (
            <rect
              key={day}
              x={index * 4 + 0.5}
              y={HEIGHT - height}
              width="3"
              height={height}
              className="fill-brand"
            >
              <title>{`${formatDay(day)}: ${format(count)}`}</title>
            </rect>
          )
        })}
      </svg>
    </figure>
  )
}
