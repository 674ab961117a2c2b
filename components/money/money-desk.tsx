/** What operators look at where money is concerned: whether the books balance, and what needs a person and how. */
import { Alert } from '#components/ui/alert'
import { Badge } from '#components/ui/badge'
import { DateTime } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { formatMoney } from '#lib/kernel/money-text'
import type { MoneyDesk, StuckKind } from '#lib/operations/schemas'
import Link from 'next/link'
import { groupedCount } from '../catalog/compact-count.ts'

const ACCOUNTS: Record<string, string> = {
  wallet: 'Wallets',
  wallet_held: 'Set aside in wallets',
  topup_disputed: 'Top-ups in dispute with a bank',
  receivable: 'Owed to us after reversed payments',
  seller_held: 'Sellers, held',
  seller_disputed: 'Sellers, in dispute',
  seller_payable: 'Sellers, payable',
  payout_transit: 'Sellers, on its way',
  platform_revenue: 'Our revenue',
  promotion: 'Given away',
  conversion: 'Conversion',
  stripe_clearing: 'At Stripe',
  stripe_fees: 'Kept by Stripe',
}

const REMEDIES: Record<StuckKind, { name: string; remedy: string }> = {
  event: {
    name: 'Event of Stripe',
    remedy: 'Is tried again by itself. If it keeps failing, compare the payment with Stripe’s dashboard.',
  },
  'top-up': {
    name: 'Top-up',
    remedy: 'Reconciliation asks Stripe every five minutes. Check that the key is right and the worker runs.',
  },
  payout: {
    name: 'Payout',
    remedy: 'Look at the balance at Stripe: a transfer waits until it reaches. Then it goes by itself.',
  },
  earning: {
    name: 'Earnings',
    remedy: 'The task commerce:tend releases them and tries again what failed. Check that a worker runs.',
  },
  hold: {
    name: 'Hold',
    remedy: 'The task commerce:tend gives it back and tries again what failed. Check that a worker runs.',
  },
  sale: { name: 'Sales', remedy: 'The task commerce:tend counts them. Check that a worker runs.' },
  budget: {
    name: 'Budget',
    remedy: 'What was used could not be charged. It is tried again by itself; the rest is not held up.',
  },
  dispute: {
    name: 'Dispute',
    remedy: 'Its time is over and it could not be decided. It is tried again by itself, or decide it.',
  },
  job: { name: 'Background task', remedy: 'Read the log for its error. It is tried again, ever less often.' },
}

export function TrialBalance({ balances }: Pick<MoneyDesk, 'balances'>) {
  const rows = balances ?? []
  const sums = (['CRD', 'USD'] as const).map((currency) => ({
    currency,
    sum: rows.reduce((sum, row) => sum + (row.currency === currency ? row.balance : 0), 0),
  }))
  const isBalanced = sums.every(({ sum }) => sum === 0)
  return (
    <div className="grid gap-3">
      {isBalanced ? null : (
        <Alert tone="danger" title="The books do not balance">
          Stop sales and run <code className="font-mono">npm run ledger:verify</code>: it names what was
          altered.
        </Alert>
      )}
      <Table label="Trial balance">
        <TableHead>
          <TableRow>
            <TableHeader>Account</TableHeader>
            <TableHeader numeric>Accounts</TableHeader>
            <TableHeader numeric>Balance</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ kind, currency, accounts, balance }) => (
            <TableRow key={`${kind} ${currency}`}>
              <TableCell>{ACCOUNTS[kind] ?? kind.replaceAll('_', ' ')}</TableCell>
              <TableCell numeric>{groupedCount(accounts)}</TableCell>
              <TableCell numeric>{formatMoney({ amount: balance, currency })}</TableCell>
            </TableRow>
          ))}
          {sums.map(({ currency, sum }) => (
            <TableRow key={currency}>
              <TableCell className="font-semibold">
                All in {currency === 'CRD' ? 'credits' : 'US dollars'}
              </TableCell>
              <TableCell />
              <TableCell numeric className="font-semibold">
                {formatMoney({ amount: sum, currency })}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  )
}

export function DisputeFigures({ disputes }: Pick<MoneyDesk, 'disputes'>) {
  const figures = [
    {
      label: 'To decide',
      count: disputes.awaitingDecision,
      href: '/operator/disputes?state=awaiting_decision',
    },
    {
      label: 'Seller’s turn',
      count: disputes.awaitingSeller,
      href: '/operator/disputes?state=awaiting_seller',
    },
    { label: 'Overdue', count: disputes.overdue, href: '/operator/disputes?state=open' },
  ]
  return (
    <div className="grid gap-2">
      <ul className="grid grid-cols-3 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm">
        {figures.map(({ label, count, href }) => (
          <li key={label} className="relative bg-surface px-4 py-3 hover:bg-hover/50">
            <Link
              href={href}
              prefetch={false}
              className="text-xs text-muted outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-focus"
            >
              {label}
            </Link>
            <p className="font-display text-2xl font-semibold tabular">{count}</p>
          </li>
        ))}
      </ul>
      {disputes.nextDueAt ? (
        <p className="text-xs text-muted">
          The next one decides itself on <DateTime iso={disputes.nextDueAt} />.
        </p>
      ) : null}
    </div>
  )
}

export function Reconciliation({ reconciliation }: Pick<MoneyDesk, 'reconciliation'>) {
  const { isAvailable, lastRunAt, healedEvents, faults } = reconciliation
  if (!isAvailable) {
    return (
      <p className="text-sm">
        There is no Stripe key, so there is nothing to compare with. Set{' '}
        <code className="font-mono text-xs">STRIPE_SECRET_KEY</code> to take cards and pay sellers.
      </p>
    )
  }
  return (
    <div className="grid gap-3 text-sm">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={faults.length === 0 ? 'success' : 'danger'}>
          {faults.length === 0 ? 'In agreement' : `${faults.length} to look at`}
        </Badge>
        <span>Last run: {lastRunAt ? <DateTime iso={lastRunAt} /> : 'never'}</span>
        <span className="text-muted">{groupedCount(healedEvents)} lost webhooks healed in 30 days</span>
      </p>
      {faults.length === 0 ? null : (
        <ul aria-label="Differences" className="grid gap-2">
          {faults.map(({ id, text, at }) => (
            <li key={id} className="rounded-md bg-danger-soft px-3 py-2">
              <p className="wrap-anywhere">{text}</p>
              <p className="text-xs text-muted">
                Top-up <code className="font-mono">{id}</code>, <DateTime iso={at} />. Compare it with
                Stripe’s dashboard and refund there what was too much: the ledger follows.
              </p>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

export function StuckItems({ stuck }: Pick<MoneyDesk, 'stuck'>) {
  if (stuck.length === 0) {
    return <p className="text-sm text-muted">Nothing is stuck: whatever should move by itself does.</p>
  }
  return (
    <ul
      aria-label="Stuck"
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-sm"
    >
      {stuck.map(({ kind, id, text, at }) => (
        <li key={`${kind} ${id}`} className="px-4 py-3 text-sm">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-semibold">{REMEDIES[kind].name}</span>
            <code className="min-w-0 truncate font-mono text-xs text-muted">{id}</code>
            {at ? <DateTime iso={at} className="ml-auto text-xs text-muted" /> : null}
          </p>
          <p className="wrap-anywhere">{text}</p>
          <p className="mt-0.5 text-muted">{REMEDIES[kind].remedy}</p>
        </li>
      ))}
    </ul>
  )
}
