/** What usage added up to: credits day by day, and each capability with its units. Draws only. */
import { DayBars } from '#components/ui/day-bars'
import { formatDay } from '#components/ui/date-time'
import type { UsageSummary } from '#lib/metering/rules'
import { groupedCount } from '../catalog/compact-count.ts'
import { creditsText } from './price-words.ts'

export function UsageOverview({ summary, label }: { summary: UsageSummary; label: string }) {
  const [first] = summary.days
  if (!first) return null
  return (
    <section
      aria-label={`The last ${summary.days.length} days`}
      className="rounded-lg border border-line bg-surface p-4 shadow-sm"
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <DayBars
          label={label}
          days={summary.days.map(({ day, creditMillionths }) => ({ day, count: creditMillionths }))}
          format={creditsText}
        />
        <DayBars
          label="Reports"
          days={summary.days.map(({ day, events }) => ({ day, count: events }))}
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

export function CapabilityList({ capabilities }: Pick<UsageSummary, 'capabilities'>) {
  return (
    <ul
      aria-label="By capability"
      className="divide-y divide-line rounded-lg border border-line bg-surface shadow-sm"
    >
      {capabilities.map(({ handle, capability, events, creditMillionths, days }) => (
        <li
          key={`${handle} ${capability}`}
          className="grid items-center gap-x-6 gap-y-2 px-4 py-3 sm:grid-cols-[minmax(0,1fr)_12rem]"
        >
          <div className="min-w-0 text-sm">
            <p className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className="font-mono text-xs font-medium wrap-anywhere">{capability}</span>
              <span className="font-semibold tabular">{creditsText(creditMillionths)}</span>
            </p>
            <p className="text-xs wrap-anywhere text-muted">
              {handle} · {groupedCount(events)} {events === 1 ? 'report' : 'reports'}
            </p>
          </div>
          <DayBars
            label="Units"
            days={days.map(({ day, units: count }) => ({ day, count }))}
            format={groupedCount}
          />
        </li>
      ))}
    </ul>
  )
}
