/** Where a store's money stands, in the order in which it gets to the seller. */
import { Day } from '#components/ui/date-time'
import type { SellerStats } from '#lib/commerce/schemas'
import { formatMoney } from '#lib/kernel/money-text'

export function SellerBalances({ stats }: { stats: SellerStats }) {
  const next = stats.releases.find(({ amount }) => amount.amount > 0)
  const parts: { label: string; money: SellerStats['held']; note: React.ReactNode }[] = [
    {
      label: 'Held',
      money: stats.held,
      note: next ? (
        <>
          {formatMoney(next.amount)} free on <Day iso={next.day} />
        </>
      ) : (
        'until buyers can no longer dispute'
      ),
    },
    { label: 'In dispute', money: stats.disputed, note: 'until it is decided' },
    { label: 'Payable', money: stats.payable, note: 'goes with the next payout' },
    { label: 'On its way', money: stats.onItsWay, note: 'sent, not confirmed yet' },
    { label: 'Paid', money: stats.paid, note: 'altogether' },
  ]
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm lg:grid-cols-5">
      {parts.map(({ label, money, note }) => (
        <div key={label} className="bg-surface px-4 py-3 max-lg:last:col-span-2">
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="font-display text-2xl font-semibold tabular">{grouped(money.amount)}</dd>
          <dd className="mt-0.5 text-xs text-muted">{note}</dd>
        </div>
      ))}
    </dl>
  )
}

/** The page says once that these are credits. */
function grouped(amount: number): string {
  return formatMoney({ amount, currency: 'CRD' }).replace(/ credits?$/, '')
}
