/** What a store earned and sold day by day, and when what is held becomes payable. */
import { formatDay } from '#components/ui/date-time'
import { DayBars } from '#components/ui/day-bars'
import type { SellerStats } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import { groupedCount } from '../catalog/compact-count.ts'
import { cx } from '../ui/cx.ts'

export function SellerCharts({ stats }: { stats: SellerStats }) {
  const { days } = stats
  const [first] = days
  if (!first) return null
  const byUse = days.map(({ day, earnedByUse }) => ({ day, count: earnedByUse.amount }))
  const isMetered = byUse.some(({ count }) => count > 0)
  return (
    <section
      aria-label={`The last ${days.length} days`}
      className="rounded-lg border border-line bg-surface p-4 shadow-sm"
    >
      <div className={cx('grid gap-5', isMetered ? 'sm:grid-cols-2 lg:grid-cols-4' : 'sm:grid-cols-3')}>
        <DayBars
          label="Earned"
          days={days.map(({ day, earned }) => ({ day, count: earned.amount }))}
          format={credits}
        />
        {isMetered ? <DayBars label="Of it by use" days={byUse} format={credits} /> : null}
        <DayBars
          label="Orders"
          days={days.map(({ day, orders }) => ({ day, count: orders }))}
          format={groupedCount}
        />
        <DayBars
          label="Refunds"
          days={days.map(({ day, refunds }) => ({ day, count: refunds }))}
          format={groupedCount}
        />
      </div>
      <p className="mt-3 flex justify-between text-2xs text-muted">
        <span>{formatDay(first.day)}</span>
        <span>today, in UTC</span>
      </p>
    </section>
  )
}

/** From today on, as far as anything is held. */
export function Releases({ releases, days }: Pick<SellerStats, 'releases' | 'days'>) {
  const today = days.at(-1)?.day ?? ''
  if (releases.length === 0) return null
  return (
    <section
      aria-label="What becomes payable"
      className="rounded-lg border border-line bg-surface p-4 shadow-sm"
    >
      <DayBars label="Becomes payable" days={daysAhead(today, releases)} format={credits} />
      <ul className="mt-3 grid gap-1 text-xs">
        {releases.slice(0, 5).map(({ day, amount }) => (
          <li key={day} className="flex justify-between gap-3">
            <span className="text-muted">{formatDay(day)}</span>
            <span className="tabular">{formatMoney(amount)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

const LEAST_DAYS = 15

function daysAhead(today: string, releases: SellerStats['releases']): { day: string; count: number }[] {
  const ahead = Array.from({ length: LEAST_DAYS }, (_, index) => ({ day: dayAfter(today, index), count: 0 }))
  const counts = new Map(ahead.map(({ day, count }) => [day, count]))
  for (const { day, amount } of releases) counts.set(day, amount.amount)
  return [...counts].map(([day, count]) => ({ day, count })).sort((a, b) => a.day.localeCompare(b.day))
}

function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

function credits(amount: number): string {
  return formatMoney({ amount, currency: 'CRD' })
}
