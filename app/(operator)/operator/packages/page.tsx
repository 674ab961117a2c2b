/** Every package in whatever state, to be looked into. */
import { DossierList } from '#components/operator/dossier-list'
import { ListFilter, MorePages } from '#components/operator/list-controls'
import { OperatorFrame } from '#components/operator/operator-frame'
import { EmptyState } from '#components/ui/empty-state'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { listModeratedPackages } from '#lib/moderation/list-moderated'
import { moderatedPackagesQuerySchema } from '#lib/moderation/schemas'
import type { Metadata } from 'next'
import { hrefWith, readListQuery } from '../list-query.ts'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Packages')
}

const PATH = '/operator/packages'
const STATUSES = [
  { value: 'pending', label: 'Waiting' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'quarantined', label: 'Quarantined' },
]

export default async function PackagesPage({ searchParams }: PageProps<'/operator/packages'>) {
  const operator = await requireOperator()
  const query = readListQuery(moderatedPackagesQuerySchema, await searchParams)
  const [counts, { items, nextCursor }] = await Promise.all([
    countCases(operator),
    listModeratedPackages(operator, query),
  ])
  const { q, status, cursor } = query
  return (
    <OperatorFrame
      currentHref={PATH}
      counts={counts}
      title="Packages"
      description="All of them, whatever became of them."
    >
      <ListFilter
        path={PATH}
        nameLabel="Handle begins with"
        q={q ?? ''}
        status={status ?? ''}
        statuses={STATUSES}
      />
      {items.length === 0 ? (
        <EmptyState title="No package is like that">
          Try the beginning of another name, or any status.
        </EmptyState>
      ) : (
        <DossierList label="Packages" items={items} />
      )}
      <MorePages
        firstHref={cursor === undefined ? null : hrefWith(PATH, { q, status })}
        nextHref={nextCursor === null ? null : hrefWith(PATH, { q, status, cursor: nextCursor })}
      />
    </OperatorFrame>
  )
}
