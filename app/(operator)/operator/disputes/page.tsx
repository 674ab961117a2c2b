/** All disputes, and what operators have to decide. */
import { DisputeFilters, DisputeList } from '#components/disputes/dispute-list'
import { MorePages } from '#components/operator/list-controls'
import { OperatorFrame } from '#components/operator/operator-frame'
import { EmptyState } from '#components/ui/empty-state'
import { listDisputes } from '#lib/disputes/list-disputes'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import type { Metadata } from 'next'
import { readDisputeQuery } from '../../../../components/disputes/dispute-query.ts'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Disputes')
}

const PATH = '/operator/disputes'

export default async function OperatorDisputesPage({ searchParams }: PageProps<'/operator/disputes'>) {
  const operator = await requireOperator()
  const query = readDisputeQuery(await searchParams)
  const [counts, { items, meta }] = await Promise.all([
    countCases(operator),
    listDisputes(operator, 'operator', query),
  ])
  const address = `${PATH}?state=${query.state ?? 'all'}`
  return (
    <OperatorFrame
      currentHref={PATH}
      counts={counts}
      title="Disputes"
      description="What both sides said is yours to decide. What nobody decides in time is refunded."
    >
      <DisputeFilters path={PATH} state={query.state} />
      {items.length === 0 ? (
        <EmptyState title="No disputes here">Buyers and sellers agree.</EmptyState>
      ) : (
        <DisputeList items={items} side="operator" />
      )}
      <MorePages
        firstHref={query.cursor === undefined ? null : address}
        nextHref={
          meta.nextCursor === null ? null : `${address}&cursor=${encodeURIComponent(meta.nextCursor)}`
        }
      />
    </OperatorFrame>
  )
}
