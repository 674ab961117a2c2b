/** The budgets of a buyer: what is left of each, what to give the service, and the way to end it. */
import { SubmitButton } from '#components/identity/submit-button'
import { Badge } from '#components/ui/badge'
import { Card } from '#components/ui/card'
import { CopyButton } from '#components/ui/copy-button'
import { Day } from '#components/ui/date-time'
import { formatMoney } from '#lib/kernel/money-text'
import type { Budget } from '#lib/metering/schemas'
import Link from 'next/link'

export function BudgetList({
  items,
  revokeAction,
}: {
  items: readonly Budget[]
  revokeAction: (form: FormData) => Promise<void>
}) {
  return (
    <ul aria-label="Budgets" className="grid gap-4">
      {items.map((budget) => (
        <li key={budget.id}>
          <Card className="grid gap-3 p-4">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <Link
                href={`/packages/${budget.handle}`}
                prefetch={false}
                className="font-medium break-all hover:underline"
              >
                {budget.handle}
              </Link>
              <Badge>{{ open: 'Open', expired: 'Over', closed: 'Closed' }[budget.status]}</Badge>
            </div>
            <div>
              <progress
                className="h-2 w-full accent-brand"
                max={budget.limit.amount}
                value={budget.used.amount}
                aria-label={`Used of the budget for ${budget.handle}`}
              />
              <p className="text-sm text-muted tabular">
                {formatMoney(budget.used)} used of {formatMoney(budget.limit)}
                {budget.status === 'open' ? (
                  <>
                    , until <Day iso={budget.expiresAt} />
                  </>
                ) : null}
              </p>
            </div>
            {budget.status === 'open' ? (
              <div className="flex flex-wrap items-center justify-between gap-3">
                <span className="flex min-w-0 items-center gap-1 text-xs text-muted">
                  <code className="truncate">{budget.id}</code>
                  <CopyButton text={budget.id} label="Copy the budget’s key" />
                </span>
                <form action={revokeAction}>
                  <input type="hidden" name="handle" value={budget.handle} />
                  <SubmitButton variant="secondary" size="sm" pendingLabel="Revoking…">
                    Revoke
                  </SubmitButton>
                </form>
              </div>
            ) : null}
          </Card>
        </li>
      ))}
    </ul>
  )
}
