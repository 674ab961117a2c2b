/** What a store has earned, where that money stands and how it gets paid. For the store's owner alone. */
import { MorePages } from '#components/operator/list-controls'
import { PayoutTable } from '#components/money/payout-list'
import { PayoutPanel } from '#components/money/payout-panel'
import { SellerBalances } from '#components/money/seller-balances'
import { Releases, SellerCharts } from '#components/money/seller-charts'
import { SellerOrderTable } from '#components/money/seller-orders'
import { SellerFrame } from '#components/publishing/seller-frame'
import { ButtonLink } from '#components/ui/button'
import { Card, CardBody, CardHeader, CardTitle } from '#components/ui/card'
import { EmptyState } from '#components/ui/empty-state'
import { getSellerStats } from '#lib/commerce/get-seller-stats'
import { listSellerOrders } from '#lib/commerce/list-seller-orders'
import { requireUser } from '#lib/identity/require-user'
import type { UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { getPayoutAccount } from '#lib/payments/connect-seller'
import { listPayouts } from '#lib/payments/list-payouts'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { connectAction } from './actions.ts'

export const metadata: Metadata = { title: 'Money' }

const DAYS = 30

export default async function SellerMoneyPage({ searchParams }: PageProps<'/dashboard/money'>) {
  const { cursor } = await searchParams
  const user = await requireUser('/dashboard/money')
  const { store } = await getSellerOverview(user)
  return (
    <SellerFrame
      currentHref="/dashboard/money"
      store={store}
      title="Money"
      description="In credits; one credit is one US cent."
    >
      {store === null ? (
        <EmptyState
          title="No store, no money"
          actions={<ButtonLink href="/dashboard">Open a store</ButtonLink>}
        >
          What is sold from a namespace that you look after goes to the store it belongs to.
        </EmptyState>
      ) : (
        <StoreMoney user={user} cursor={typeof cursor === 'string' ? cursor : undefined} />
      )}
    </SellerFrame>
  )
}

async function StoreMoney({ user, cursor }: { user: UserActor; cursor: string | undefined }) {
  const [stats, account, payouts, orders] = await Promise.all([
    getSellerStats(user, DAYS),
    getPayoutAccount(user),
    payoutsOf(user, cursor),
    listSellerOrders(user, { limit: 5 }),
  ])
  return (
    <div className="grid gap-7">
      <div className="grid gap-4">
        <SellerBalances stats={stats} />
        <SellerCharts stats={stats} />
      </div>
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
        <section aria-labelledby="payouts-title" className="min-w-0">
          <h2 id="payouts-title" className="mb-3 font-display text-xl font-semibold">
            Payouts
          </h2>
          {payouts.items.length === 0 ? (
            <p className="rounded-lg border border-dashed border-control/50 px-4 py-6 text-sm text-muted">
              Nothing was paid out yet. Each payout will be explained here line by line.
            </p>
          ) : (
            <PayoutTable payouts={payouts.items} />
          )}
          <MorePages
            firstHref={cursor === undefined ? null : '/dashboard/money#payouts-title'}
            nextHref={
              payouts.meta.nextCursor === null
                ? null
                : `/dashboard/money?cursor=${encodeURIComponent(payouts.meta.nextCursor)}#payouts-title`
            }
          />
        </section>
        <div className="grid min-w-0 gap-5">
          <Card>
            <CardHeader>
              <CardTitle>Getting paid</CardTitle>
            </CardHeader>
            <CardBody>
              <PayoutPanel account={account} connectAction={connectAction} />
            </CardBody>
          </Card>
          <Releases releases={stats.releases} days={stats.days} />
        </div>
      </div>
      <section aria-labelledby="orders-title" className="min-w-0">
        <div className="mb-3 flex items-center justify-between gap-3">
          <h2 id="orders-title" className="font-display text-xl font-semibold">
            Latest orders
          </h2>
          <ButtonLink href="/dashboard/orders" variant="quiet">
            All orders
          </ButtonLink>
        </div>
        {orders.items.length === 0 ? (
          <p className="text-sm text-muted">Nobody has bought anything yet.</p>
        ) : (
          <SellerOrderTable orders={orders.items} />
        )}
      </section>
    </div>
  )
}

async function payoutsOf(user: UserActor, cursor: string | undefined) {
  try {
    return await listPayouts(user, cursor)
  } catch (error) {
    // A cursor that somebody mistyped.
    if (error instanceof Problem && error.code === 'bad_request') return await listPayouts(user)
    throw error
  }
}
