/** The queue: stores and packages that wait for approval, longest first. */
import { DossierList } from '#components/operator/dossier-list'
import { MorePages } from '#components/operator/list-controls'
import { OperatorFrame } from '#components/operator/operator-frame'
import { buttonClass } from '#components/ui/button'
import { EmptyState } from '#components/ui/empty-state'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { listApprovals } from '#lib/moderation/list-approvals'
import { approvalsQuerySchema } from '#lib/moderation/schemas'
import type { Metadata } from 'next'
import Link from 'next/link'
import { hrefWith, readListQuery } from '../list-query.ts'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Approvals')
}

const PATH = '/operator/approvals'
const TYPES = [
  { type: undefined, label: 'All' },
  { type: 'package', label: 'Packages' },
  { type: 'store', label: 'Stores' },
] as const

export default async function ApprovalsPage({ searchParams }: PageProps<'/operator/approvals'>) {
  const operator = await requireOperator()
  const query = readListQuery(approvalsQuerySchema, await searchParams)
  const [counts, { items, meta }] = await Promise.all([countCases(operator), listApprovals(operator, query)])
  const { type, cursor } = query
  return (
    <OperatorFrame
      currentHref={PATH}
      counts={counts}
      title="Approvals"
      description="What has waited longest comes first."
    >
      <nav aria-label="Kind of approval" className="mb-5 flex gap-1">
        {TYPES.map((entry) => (
          <Link
            key={entry.label}
            href={hrefWith(PATH, { type: entry.type })}
            prefetch={false}
            aria-current={entry.type === type ? 'page' : undefined}
            className={buttonClass(
              { variant: 'quiet' },
              'aria-[current]:bg-brand-soft aria-[current]:text-brand-ink',
            )}
          >
            {entry.label}
          </Link>
        ))}
      </nav>
      {items.length === 0 ? (
        <EmptyState title="Nothing waits">
          New stores and packages come here when PACKAGE_APPROVAL is set to manual.
        </EmptyState>
      ) : (
        <DossierList label="Waiting for approval" items={items} />
      )}
      <MorePages
        firstHref={cursor === undefined ? null : hrefWith(PATH, { type })}
        nextHref={meta.nextCursor === null ? null : hrefWith(PATH, { type, cursor: meta.nextCursor })}
      />
    </OperatorFrame>
  )
}
