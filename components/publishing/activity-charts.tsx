/** The last weeks day by day: three small charts of the same days, so that one can be held against the other. */
import { formatDay } from '#components/ui/date-time'
import type { DayCounts } from '#lib/publishing/schemas'
import { groupedCount } from '../catalog/compact-count.ts'

const METRICS = [
  { label: 'Views', key: 'views' },
  { label: 'Downloads', key: 'downloads' },
  { label: 'Sales', key: 'sales' },
] as const

const HEIGHT = 40

export function ActivityCharts({ days }: { days: DayCounts[] }) {
  const [first] = days
  if (!first) return null
  return (
    <section
      aria-label={`The last ${days.length} days`}
      className="mt-4 rounded-lg border border-line bg-surface p-4 shadow-sm"
    >
      <div className="grid gap-5 sm:grid-cols-3">
        {METRICS.map(({ label, key }) => (
          <BarChart key={key} label={label} days={days} counts={days.map((day) => Math.max(0, day[key]))} />
        ))}
      </div>
      <p className="mt-3 flex justify-between text-2xs text-muted">
        <span>{formatDay(first.day)}</span>
        <span>today, in UTC</span>
      </p>
    </section>
  )
}

interface BarChartProps {
  label: string
  days: DayCounts[]
  counts: number[]
}

function BarChart({ label, days, counts }: BarChartProps) {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const most = Math.max(...counts)
  const best = days[counts.indexOf(most)]
  const summary =
    total === 0 || !best
      ? `${label}: none in ${days.length} days`
      : `${label}: ${groupedCount(total)} in ${days.length} days, most on ${formatDay(best.day)} with ${groupedCount(most)}`
  return (
    <figure>
      <figcaption className="mb-1.5 flex items-baseline justify-between text-xs text-muted">
        <span>{label}</span>
        <span className="tabular">{groupedCount(total)}</span>
      </figcaption>
      <svg
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${days.length * 4} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-10 w-full"
      >
        <rect y={HEIGHT - 1} width="100%" height="1" className="fill-line" />
        {counts.map((count, index) => {
          const height = most === 0 ? 0 : Math.max(count === 0 ? 0 : 2, (count / most) * (HEIGHT - 1))
          const day = days[index]?.day ?? ''
          return (
            <rect
              key={day}
              x={index * 4 + 0.5}
              y={HEIGHT - height}
              width="3"
              height={height}
              className="fill-brand"
            >
              <title>{`${formatDay(day)}: ${groupedCount(count)}`}</title>
            </rect>
          )
        })}
      </svg>
    </figure>
  )
}
