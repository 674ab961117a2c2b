/** Usage from the seller's side: the figures, and the budgets that buyers granted. Shows what it is given. */
import { Badge } from '#components/ui/badge'
import { Day } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import { formatMoney } from '#lib/kernel/money-text'
import type { UsageSummary } from '#lib/metering/rules'
import type { Budget } from '#lib/metering/schemas'
import { groupedCount } from '../catalog/compact-count.ts'
import { BUDGET_WORDS } from './budget-list.tsx'
import { creditNumber } from './price-words.ts'

export function UsageFigures({ summary, budgets }: { summary: UsageSummary; budgets: readonly Budget[] }) {
  const open = budgets.filter(({ status }) => status === 'open')
  const left = open.reduce((sum, { limit, used }) => sum + limit.amount - used.amount, 0)
  const figures = [
    { label: 'Credits used', value: creditNumber(summary.creditMillionths), note: 'before the fee' },
    { label: 'Reports', value: groupedCount(summary.events), note: `in ${summary.days.length} days` },
    { label: 'Open budgets', value: groupedCount(open.length), note: 'granted by buyers' },
    { label: 'Still to use', value: groupedCount(left), note: 'credits, of open budgets' },
  ]
  return (
    <dl className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border border-line bg-line shadow-sm sm:grid-cols-4">
      {figures.map(({ label, value, note }) => (
        <div key={label} className="min-w-0 bg-surface px-4 py-3">
          <dt className="text-xs text-muted">{label}</dt>
          <dd className="truncate font-display text-2xl font-semibold tabular">{value}</dd>
          <dd className="mt-0.5 text-xs text-muted">{note}</dd>
        </div>
      ))}
    </dl>
  )
}

export function SellerBudgetTable({ budgets }: { budgets: readonly Budget[] }) {
  return (
    <Table label="Budgets of buyers">
      <TableHead>
        <TableRow>
          <TableHeader>Buyer</TableHeader>
          <TableHeader>Package</TableHeader>
          <TableHeader>State</TableHeader>
          <TableHeader numeric>Used</TableHeader>
          <TableHeader numeric>Of</TableHeader>
          <TableHeader>Until</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {budgets.map(({ id, buyer, handle, status, used, limit, expiresAt }) => (
          <TableRow key={id}>
            <TableCell className="max-w-40 truncate">{buyer}</TableCell>
            <TableCell className="font-mono text-xs">{handle}</TableCell>
            <TableCell>
              <Badge tone={status === 'open' ? 'success' : 'neutral'}>{BUDGET_WORDS[status]}</Badge>
            </TableCell>
            <TableCell numeric>{formatMoney(used)}</TableCell>
            <TableCell numeric>{formatMoney(limit)}</TableCell>
            <TableCell className="text-xs whitespace-nowrap text-muted">
              <Day iso={expiresAt} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}
