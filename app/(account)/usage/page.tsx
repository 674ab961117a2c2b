/** What packages may charge by use, and what they did. */
import { BudgetForm } from '#components/metering/budget-form'
import { BudgetList } from '#components/metering/budget-list'
import { UsageTable } from '#components/metering/usage-table'
import { PageHeader } from '#components/shell/page-header'
import { Card } from '#components/ui/card'
import { EmptyState } from '#components/ui/empty-state'
import { requireUser } from '#lib/identity/require-user'
import { listBudgets } from '#lib/metering/list-budgets'
import { listUsage } from '#lib/metering/list-usage'
import type { Metadata } from 'next'
import { revokeBudgetAction, setBudgetAction } from './actions.ts'

export const metadata: Metadata = { title: 'Usage and budgets' }

export default async function UsagePage({ searchParams }: PageProps<'/usage'>) {
  const user = await requireUser('/usage')
  const { package: handle } = await searchParams
  const [budgets, usage] = await Promise.all([listBudgets(user, 'buyer'), listUsage(user, 'buyer', {})])
  return (
    <>
      <PageHeader
        title="Usage and budgets"
        description="Some packages charge by use. They can use what you allow here, and never more."
      />
      <div className="grid gap-7 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <div className="grid min-w-0 content-start gap-7">
          {budgets.items.length === 0 ? (
            <EmptyState title="No budgets">
              Set one for a package that charges by use, and give its service the budget’s key.
            </EmptyState>
          ) : (
            <BudgetList items={budgets.items} revokeAction={revokeBudgetAction} />
          )}
          <section aria-labelledby="usage">
            <h2 id="usage" className="mb-3 font-display text-xl font-semibold">
              Usage
            </h2>
            <UsageTable items={usage.items} empty="What packages report appears here within moments." />
          </section>
        </div>
        <Card className="h-fit p-4">
          <h2 className="mb-3 font-display text-lg font-semibold">Grant or change a budget</h2>
          <BudgetForm action={setBudgetAction} handle={typeof handle === 'string' ? handle : ''} />
        </Card>
      </div>
    </>
  )
}
