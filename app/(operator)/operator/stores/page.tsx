/** Every store in whatever state, to be looked into. */
import { DossierList } from '#components/operator/dossier-list'
import { ListFilter, MorePages } from '#components/operator/list-controls'
import { OperatorFrame } from '#components/operator/operator-frame'
import { EmptyState } from '#components/ui/empty-state'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { listModeratedStores } from '#lib/moderation/list-moderated'
import { moderatedStoresQuerySchema } from '#lib/moderation/schemas'
import type { Metadata } from 'next'
import { hrefWith, readListQuery } from '../list-query.ts'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Stores')
}

const PATH = '/operator/stores'
const STATUSES = [
  { value: 'pending', label: 'Waiting' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'suspended', label: 'Quarantined' },
]

export default async function StoresPage({ searchParams }: PageProps<'/operator/stores'>) {
  const operator = await requireOperator()
  const query = readListQuery(moderatedStoresQuerySchema, await searchParams)
  const [counts, { items, nextCursor }] = await Promise.all([
    countCases(operator),
    listModeratedStores(operator, query),
  ])
  const { q, status, cursor } = query
  return (
    <OperatorFrame
      currentHref={PATH}
      counts={counts}
      title="Stores"
      description="All of them, whatever became of them."
    >
      <ListFilter
        path={PATH}
        nameLabel="Address begins with"
        q={q ?? ''}
        status={status ?? ''}
        statuses={STATUSES}
      />
      {items.length === 0 ? (
        <EmptyState title="No store is like that">
          Try the beginning of another name, or any status.
        </EmptyState>
      ) : (
        <DossierList label="Stores" items={items} />
      )}
      <MorePages
        firstHref={cursor === undefined ? null : hrefWith(PATH, { q, status })}
        nextHref={nextCursor === null ? null : hrefWith(PATH, { q, status, cursor: nextCursor })}
      />
    </OperatorFrame>
  )
}
