/** Payouts to a store, and one of them line by line. */
import { Badge } from '#components/ui/badge'
import { DateTime, Day } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { formatMoney } from '#lib/kernel/money-text'
import type { Payout, PayoutDetail } from '#lib/payments/schemas'
import Link from 'next/link'

const STATES = {
  reserved: { label: 'On its way', tone: 'info' },
  paid: { label: 'Paid', tone: 'success' },
  failed: { label: 'Failed, payable again', tone: 'danger' },
} as const

const LINES: Record<string, string> = {
  earning_release: 'Sale, past its window',
  dispute_upheld: 'Dispute decided for you',
  refund: 'Refund',
  dispute_open: 'Dispute opened',
  payout: 'Payout',
}

export function PayoutState({ state }: Pick<Payout, 'state'>) {
  return <Badge tone={STATES[state].tone}>{STATES[state].label}</Badge>
}

export function PayoutTable({ payouts }: { payouts: Payout[] }) {
  return (
    <Table label="Payouts">
      <TableHead>
        <TableRow>
          <TableHeader>Date</TableHeader>
          <TableHeader>State</TableHeader>
          <TableHeader numeric>Amount</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {payouts.map((payout) => (
          <TableRow key={payout.id}>
            <TableCell className="whitespace-nowrap">
              <Link
                href={`/dashboard/money/payouts/${payout.id}`}
                prefetch={false}
                className="font-medium text-brand-ink underline"
              >
                <Day iso={payout.createdAt} />
              </Link>
            </TableCell>
            <TableCell>
              <PayoutState state={payout.state} />
            </TableCell>
            <TableCell numeric>
              {formatMoney(payout.amount)}
              {payout.reversed.amount === 0 ? null : (
                <span className="block text-xs text-muted">{formatMoney(payout.reversed)} taken back</span>
              )}
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

export function PayoutLines({ payout }: { payout: PayoutDetail }) {
  return (
    <Table label="What it consists of">
      <TableHead>
        <TableRow>
          <TableHeader>When</TableHeader>
          <TableHeader>What</TableHeader>
          <TableHeader numeric>Amount</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {payout.lines.map((line) => (
          <TableRow key={`${line.transactionId} ${line.at}`}>
            <TableCell className="text-xs whitespace-nowrap text-muted">
              <DateTime iso={line.at} />
            </TableCell>
            <TableCell>
              {LINES[line.kind] ?? line.kind.replaceAll('_', ' ')}
              {line.subject ? (
                <span className="ml-2 font-mono text-xs text-muted">{line.subject}</span>
              ) : null}
            </TableCell>
            <TableCell numeric>{formatMoney(line.amount)}</TableCell>
          </TableRow>
        ))}
        {payout.carriedOver.amount === 0 ? null : (
          <TableRow>
            <TableCell />
            <TableCell>Carried over from earlier</TableCell>
            <TableCell numeric>{formatMoney(payout.carriedOver)}</TableCell>
          </TableRow>
        )}
        <TableRow>
          <TableCell />
          <TableCell className="font-semibold">Together</TableCell>
          <TableCell numeric className="font-semibold">
            {formatMoney(payout.amount)}
          </TableCell>
        </TableRow>
        {payout.reversed.amount === 0 ? null : (
          <TableRow>
            <TableCell />
            <TableCell>Taken back by Stripe, payable again</TableCell>
            <TableCell numeric>
              {formatMoney({ ...payout.reversed, amount: -payout.reversed.amount })}
            </TableCell>
          </TableRow>
        )}
      </TableBody>
    </Table>
  )
}
