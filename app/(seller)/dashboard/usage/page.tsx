/** What buyers used of what somebody sells, what it brought, and the budgets it is paid from. */
import { SellerBudgetTable, UsageFigures } from '#components/metering/seller-usage'
import { CapabilityList, UsageOverview } from '#components/metering/usage-overview'
import { UsageTable } from '#components/metering/usage-table'
import { SellerFrame } from '#components/publishing/seller-frame'
import { ButtonLink } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { requireUser } from '#lib/identity/require-user'
import { lookupHandleSchema } from '#lib/kernel/handle-schema'
import { listBudgets } from '#lib/metering/list-budgets'
import { listUsage } from '#lib/metering/list-usage'
import { summariseUsage } from '#lib/metering/rules'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'

export const metadata: Metadata = { title: 'Usage' }

const PATH = '/dashboard/usage'
const DAYS = 31

export default async function SellerUsagePage({ searchParams }: PageProps<'/dashboard/usage'>) {
  const user = await requireUser(PATH)
  const handle = lookupHandleSchema.safeParse((await searchParams).package).data
  const [{ store }, usage, budgets] = await Promise.all([
    getSellerOverview(user),
    listUsage(user, 'seller', { by: 'day', package: handle }),
    listBudgets(user, 'seller'),
  ])
  const summary = summariseUsage(usage.items, new Date().toISOString().slice(0, 10), DAYS)
  const granted = budgets.items.filter((budget) => handle === undefined || budget.handle === handle)
  return (
    <SellerFrame
      currentHref={PATH}
      store={store}
      title="Usage"
      description={
        handle === undefined
          ? 'What buyers used of packages that charge by use. A package’s own page sets its prices.'
          : `What buyers used of ${handle}.`
      }
      actions={
        handle === undefined ? undefined : (
          <>
            <ButtonLink href={PATH} prefetch={false} variant="secondary">
              All packages
            </ButtonLink>
            <ButtonLink href={`/dashboard/packages/${handle}`} prefetch={false} variant="secondary">
              Its prices
            </ButtonLink>
          </>
        )
      }
    >
      {granted.length === 0 && usage.items.length === 0 ? (
        <EmptyState title="Nobody has set a budget yet">
          Give a package prices by use on its page of the dashboard. Buyers then set a budget and hand your
          service its key; your service reports what they use with an API token.
        </EmptyState>
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] gap-7">
          <div className="grid gap-4">
            <UsageFigures summary={summary} budgets={granted} />
            <UsageOverview summary={summary} label="Revenue, before the fee" />
          </div>
          {usage.items.length === 0 ? (
            <p className="text-sm text-muted">No usage in the last {DAYS} days.</p>
          ) : (
            <>
              <Part id="capabilities" title="By capability">
                <CapabilityList capabilities={summary.capabilities} />
              </Part>
              <Part id="days" title="By day">
                <UsageTable items={usage.items} by="day" />
              </Part>
            </>
          )}
          {granted.length === 0 ? null : (
            <Part id="budgets" title="Budgets of buyers">
              <SellerBudgetTable budgets={granted} />
            </Part>
          )}
        </div>
      )}
    </SellerFrame>
  )
}

function Part({ id, title, children }: { id: string; title: string; children: React.ReactNode }) {
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="mb-3 font-display text-xl font-semibold">
        {title}
      </h2>
      {children}
    </section>
  )
}
