/** The operator's view of all money: does it balance, what waits, where Stripe disagrees, what is stuck. */
import { DisputeFigures, Reconciliation, StuckItems, TrialBalance } from '#components/money/money-desk'
import { OperatorFrame } from '#components/operator/operator-frame'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { getMoneyDesk } from '#lib/operations/get-money-desk'
import type { Metadata } from 'next'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Money')
}

export default async function OperatorMoneyPage() {
  const operator = await requireOperator()
  const [counts, desk] = await Promise.all([countCases(operator), getMoneyDesk(operator)])
  return (
    <OperatorFrame
      currentHref="/operator/money"
      counts={counts}
      title="Money"
      description="Whether the books balance, and what needs you."
    >
      <div className="grid items-start gap-7 lg:grid-cols-[minmax(0,1.2fr)_minmax(0,1fr)]">
        <Part id="balance" title="Trial balance">
          <TrialBalance balances={desk.balances} />
        </Part>
        <div className="grid min-w-0 gap-7">
          <Part id="disputes" title="Disputes">
            <DisputeFigures disputes={desk.disputes} />
          </Part>
          <Part id="reconciliation" title="Reconciliation with Stripe">
            <Reconciliation reconciliation={desk.reconciliation} />
          </Part>
          <Part id="stuck" title="Stuck">
            <StuckItems stuck={desk.stuck} />
          </Part>
        </div>
      </div>
    </OperatorFrame>
  )
}

function Part({ id, title, children }: { id: string; title: string; children: React.ReactNode }) {
  return (
    <section aria-labelledby={`${id}-title`} className="min-w-0">
      <h2 id={`${id}-title`} className="mb-3 font-display text-xl font-semibold">
        {title}
      </h2>
      {children}
    </section>
  )
}
