/** The last weeks day by day: three small charts of the same days, so that one can be held against the other. */
import { formatDay } from '#components/ui/date-time'
import { DayBars } from '#components/ui/day-bars'
import type { DayCounts } from '#lib/publishing/schemas'
import { groupedCount } from '../catalog/compact-count.ts'
import { cx } from '../ui/cx.ts'

const METRICS = [
  { label: 'Views', key: 'views' },
  { label: 'Downloads', key: 'downloads' },
  { label: 'Sales', key: 'sales' },
] as const

export interface ActivityChartsProps {
  days: DayCounts[]
  /** Sales are the store's own business. */
  withSales: boolean
}

export function ActivityCharts({ days, withSales }: ActivityChartsProps) {
  const [first] = days
  if (!first) return null
  const metrics = withSales ? METRICS : METRICS.filter(({ key }) => key !== 'sales')
  return (
    <section
      aria-label={`The last ${days.length} days`}
      className="mt-4 rounded-lg border border-line bg-surface p-4 shadow-sm"
    >
      <div className={cx('grid gap-5', withSales ? 'sm:grid-cols-3' : 'sm:grid-cols-2')}>
        {metrics.map(({ label, key }) => (
          <DayBars
            key={key}
            label={label}
            days={days.map((counts) => ({ day: counts.day, count: counts[key] }))}
            format={groupedCount}
          />
        ))}
      </div>
      <p className="mt-3 flex justify-between text-2xs text-muted">
        <span>{formatDay(first.day)}</span>
        <span>today, in UTC</span>
      </p>
    </section>
  )
}
