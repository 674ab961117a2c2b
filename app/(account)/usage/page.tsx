/** What packages may charge by use, and what they did. */
import { BudgetCard, ChoosePackage } from '#components/metering/budget-card'
import { BudgetList } from '#components/metering/budget-list'
import { CapabilityList, UsageOverview } from '#components/metering/usage-overview'
import { UsageTable } from '#components/metering/usage-table'
import { PageHeader } from '#components/shell/page-header'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { getWallet } from '#lib/commerce/get-wallet'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { Problem } from '#lib/kernel/problem'
import { getUnitPrices } from '#lib/metering/get-unit-prices'
import { listBudgets } from '#lib/metering/list-budgets'
import { listMetered } from '#lib/metering/list-metered'
import { listUsage } from '#lib/metering/list-usage'
import { summariseUsage } from '#lib/metering/rules'
import type { Metadata } from 'next'
import { revokeBudgetAction, setBudgetAction } from './actions.ts'

export const metadata: Metadata = { title: 'Usage and budgets' }

const DAYS = 31

export default async function UsagePage({ searchParams }: PageProps<'/usage'>) {
  const asked = await searchParams
  const handle = lookupHandleSchema.safeParse(asked.package).data
  const user = await requireUser(handle === undefined ? '/usage' : `/usage?package=${handle}`)
  const by = asked.by === 'hour' ? 'hour' : 'day'
  const [budgets, days, lines, card] = await Promise.all([
    listBudgets(user, 'buyer'),
    listUsage(user, 'buyer', { by: 'day', package: handle }),
    by === 'hour' ? listUsage(user, 'buyer', { by, package: handle }) : null,
    cardOf(user, handle),
  ])
  const summary = summariseUsage(days.items, new Date().toISOString().slice(0, 10), DAYS)
  const shown = budgets.items.filter((budget) => handle === undefined || budget.handle === handle)
  return (
    <>
      <PageHeader
        title="Usage and budgets"
        description="Some packages charge by use. They can use what you allow here, and never more."
        actions={
          handle === undefined ? undefined : (
            <ButtonLink href="/usage" prefetch={false} variant="secondary">
              All packages
            </ButtonLink>
          )
        }
      />
      <div className="grid grid-cols-[minmax(0,1fr)] gap-7 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <div className="min-w-0 lg:order-2">
          {card === null ? (
            <ChoosePackage packages={await listMetered(user)} />
          ) : (
            <BudgetCard
              {...card}
              action={setBudgetAction}
              budget={shown.find(({ status }) => status === 'open')}
            />
          )}
        </div>
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] content-start gap-7">
          {shown.length === 0 ? (
            <EmptyState title="No budgets">
              Set one for a package that charges by use, and give its service the budget’s key.
            </EmptyState>
          ) : (
            <BudgetList items={shown} revokeAction={revokeBudgetAction} />
          )}
          <section aria-labelledby="usage" className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <h2 id="usage" className="font-display text-xl font-semibold">
                Usage
              </h2>
              <ByLinks handle={handle} by={by} />
            </div>
            {days.items.length === 0 ? (
              <EmptyState title={`No usage in the last ${DAYS} days`}>
                What packages report appears here within moments.
              </EmptyState>
            ) : (
              <>
                <UsageOverview summary={summary} label="Used" />
                <CapabilityList capabilities={summary.capabilities} />
                <UsageTable items={lines?.items ?? days.items} by={by} />
              </>
            )}
          </section>
        </div>
      </div>
    </>
  )
}

function ByLinks({ handle, by }: { handle: string | undefined; by: 'hour' | 'day' }) {
  const other = by === 'hour' ? 'day' : 'hour'
  const query = new URLSearchParams({ ...(handle === undefined ? {} : { package: handle }), by: other })
  return (
    <ButtonLink href={`/usage?${query.toString()}#usage`} prefetch={false} variant="quiet" size="sm">
      Show it by {other}
    </ButtonLink>
  )
}

/** Null without a package, or for one that is not there. */
async function cardOf(user: UserActor, handle: string | undefined) {
  if (handle === undefined) return null
  try {
    const [{ items: prices }, { available }] = await Promise.all([
      getUnitPrices(user, handle),
      getWallet(user),
    ])
    return { handle, prices, available }
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return null
    throw error
  }
}
