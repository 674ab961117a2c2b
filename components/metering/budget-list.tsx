/** The budgets of a buyer: what is left of each, what to give the service, and the ways to change or end it. */
import { SubmitButton } from '#components/identity/submit-button'
import { Badge } from '#components/ui/badge'
import { ButtonLink } from '#components/ui/button'
import { Card } from '#components/ui/card'
import { CopyButton } from '#components/ui/copy-button'
import { Day } from '#components/ui/date-time'
import { Meter } from '#components/ui/meter'
import { formatMoney } from '#lib/kernel/money-text'
import type { Budget } from '#lib/metering/schemas'
import Link from 'next/link'
import { budgetHref } from './use-prices.tsx'

export const BUDGET_WORDS = { open: 'Open', expired: 'Over', closed: 'Closed' } as const

export function BudgetList({
  items,
  revokeAction,
}: {
  items: readonly Budget[]
  revokeAction: (form: FormData) => Promise<void>
}) {
  return (
    <ul aria-label="Budgets" className="grid grid-cols-[minmax(0,1fr)] gap-4">
      {items.map((budget) => (
        <li key={budget.id}>
          <Card className="grid grid-cols-[minmax(0,1fr)] gap-3 p-4">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <Link
                href={`/packages/${budget.handle}`}
                prefetch={false}
                className="font-medium break-all hover:underline"
              >
                {budget.handle}
              </Link>
              <Badge tone={budget.status === 'open' ? 'success' : 'neutral'}>
                {BUDGET_WORDS[budget.status]}
              </Badge>
            </div>
            <BudgetUse budget={budget} />
            {budget.status === 'open' ? <BudgetActions budget={budget} revokeAction={revokeAction} /> : null}
          </Card>
        </li>
      ))}
    </ul>
  )
}

function BudgetUse({ budget }: { budget: Budget }) {
  const { handle, limit, used, charged, status, expiresAt } = budget
  return (
    <div>
      <Meter label={`Used of the budget for ${handle}`} value={used.amount} max={limit.amount} />
      <p className="text-sm text-muted tabular">
        {formatMoney(used)} used of {formatMoney(limit)}, {formatMoney(charged)} of it charged
        {status === 'open' ? (
          <>
            ; until <Day iso={expiresAt} />
          </>
        ) : null}
      </p>
    </div>
  )
}

function BudgetActions({
  budget: { id, handle },
  revokeAction,
}: {
  budget: Budget
  revokeAction: (form: FormData) => Promise<void>
}) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <span className="flex min-w-0 items-center gap-1 text-xs text-muted">
        <span className="shrink-0">Key for its service:</span>
        <code className="min-w-0 truncate">{id}</code>
        <CopyButton text={id} label={`Copy the key of the budget for ${handle}`} />
      </span>
      <div className="flex flex-wrap gap-2">
        <ButtonLink href={`${budgetHref(handle)}#budget`} prefetch={false} variant="secondary" size="sm">
          Change<span className="sr-only"> the budget for {handle}</span>
        </ButtonLink>
        <form action={revokeAction}>
          <input type="hidden" name="handle" value={handle} />
          <SubmitButton variant="secondary" size="sm" pendingLabel="Revoking…">
            Revoke<span className="sr-only"> the budget for {handle}</span>
          </SubmitButton>
        </form>
      </div>
    </div>
  )
}
