/** Disputes about what somebody sells: what waits for an answer first. */
import { DisputeFilters, DisputeList } from '#components/disputes/dispute-list'
import { MorePages } from '#components/operator/list-controls'
import { SellerFrame } from '#components/publishing/seller-frame'
import { EmptyState } from '#components/ui/empty-state'
import { listDisputes } from '#lib/disputes/list-disputes'
import { requireUser } from '#lib/identity/require-user'
import { getSellerOverview } from '#lib/publishing/get-seller-overview'
import type { Metadata } from 'next'
import { readDisputeQuery } from '../../../../components/disputes/dispute-query.ts'

export const metadata: Metadata = { title: 'Disputes' }

const PATH = '/dashboard/disputes'

export default async function SellerDisputesPage({ searchParams }: PageProps<'/dashboard/disputes'>) {
  const user = await requireUser(PATH)
  const query = readDisputeQuery(await searchParams)
  const [{ store }, { items, meta }] = await Promise.all([
    getSellerOverview(user),
    listDisputes(user, 'seller', query),
  ])
  const address = `${PATH}?state=${query.state ?? 'all'}`
  return (
    <SellerFrame
      currentHref={PATH}
      store={store}
      title="Disputes"
      description="Answer within seven days: silence refunds the buyer."
    >
      <DisputeFilters path={PATH} state={query.state} />
      {items.length === 0 ? (
        <EmptyState title="Nobody disputes anything">
          When a buyer reports a problem with something you sold, you answer it here.
        </EmptyState>
      ) : (
        <DisputeList items={items} side="seller" />
      )}
      <MorePages
        firstHref={query.cursor === undefined ? null : address}
        nextHref={
          meta.nextCursor === null ? null : `${address}&cursor=${encodeURIComponent(meta.nextCursor)}`
        }
      />
    </SellerFrame>
  )
}
