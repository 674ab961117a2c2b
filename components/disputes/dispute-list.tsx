/** Disputes in a list: what, between whom, how much, and until when somebody has to act. */
import { Day } from '#components/ui/date-time'
import { PackageTile } from '#components/ui/tile'
import type { DisputeFilter, DisputeSide, DisputeSummary } from '#lib/disputes/schemas'
import { formatMoney } from '#lib/kernel/money-text'
import Link from 'next/link'
import { buttonClass } from '../ui/button.tsx'
import { CODE_WORDS, disputeHref } from './dispute-words.ts'
import { DisputeState } from './dispute-view.tsx'

const FILTERS: readonly { state: DisputeFilter | undefined; label: string }[] = [
  { state: 'open', label: 'Open' },
  { state: 'awaiting_seller', label: 'Seller’s turn' },
  { state: 'awaiting_decision', label: 'To decide' },
  { state: undefined, label: 'All' },
]

export function DisputeFilters({ path, state }: { path: string; state: DisputeFilter | undefined }) {
  return (
    <nav aria-label="State" className="mb-5 flex flex-wrap gap-1">
      {FILTERS.map((entry) => (
        <Link
          key={entry.label}
          href={`${path}?state=${entry.state ?? 'all'}`}
          prefetch={false}
          aria-current={entry.state === state ? 'page' : undefined}
          className={buttonClass(
            { variant: 'quiet' },
            'aria-[current]:bg-brand-soft aria-[current]:text-brand-ink',
          )}
        >
          {entry.label}
        </Link>
      ))}
    </nav>
  )
}

export function DisputeList({ items, side }: { items: DisputeSummary[]; side: DisputeSide }) {
  return (
    <ul
      aria-label="Disputes"
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-sm"
    >
      {items.map((item) => (
        <li key={item.id} className="relative flex items-start gap-3 px-4 py-3 hover:bg-hover/50">
          <PackageTile handle={item.handle} iconUrl={null} />
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <Link
                href={disputeHref(side, item.id)}
                prefetch={false}
                className="min-w-0 truncate font-semibold outline-none after:absolute after:inset-0 hover:text-brand-ink focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
              >
                {item.name}
              </Link>
              <DisputeState dispute={item.dispute} />
            </div>
            <p className="mt-0.5 text-sm">{CODE_WORDS[item.dispute.code]}</p>
            <p className="mt-1 flex flex-wrap gap-x-3 gap-y-0.5 text-xs text-muted">
              {side === 'buyer' ? null : <span>{item.buyer}</span>}
              {side === 'seller' ? null : <span>sold by {item.seller.name}</span>}
              <span>
                opened <Day iso={item.dispute.openedAt} />
              </span>
              {item.dispute.dueAt ? (
                <span className="font-medium text-ink">
                  due <Day iso={item.dispute.dueAt} />
                </span>
              ) : null}
            </p>
          </div>
          <span className="shrink-0 text-sm font-semibold tabular">
            {formatMoney({ amount: item.price.amount, currency: 'CRD' })}
          </span>
        </li>
      ))}
    </ul>
  )
}
