/** The audit log: every change, newest first, narrowed by who, what, on what and when. */
import { AuditFilter } from '#components/operator/audit-filter'
import { AuditList } from '#components/operator/audit-list'
import { MorePages } from '#components/operator/list-controls'
import { OperatorFrame } from '#components/operator/operator-frame'
import { EmptyState } from '#components/ui/empty-state'
import { requireOperator } from '#lib/identity/require-user'
import { countCases } from '#lib/moderation/count-cases'
import { listAuditEntries } from '#lib/operations/list-audit-entries'
import { auditQuerySchema } from '#lib/operations/schemas'
import type { Metadata } from 'next'
import { z } from 'zod'
import { hrefWith, readListQuery } from '../list-query.ts'
import { operatorTitle } from '../operator-title.ts'

export async function generateMetadata(): Promise<Metadata> {
  return await operatorTitle('Audit log')
}

const PATH = '/operator/audit'
const DAY_MS = 86_400_000

const pageQuerySchema = z.object({
  action: auditQuerySchema.shape.action,
  subject: auditQuerySchema.shape.subject,
  actor: auditQuerySchema.shape.actor,
  cursor: auditQuerySchema.shape.cursor,
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
})

export default async function AuditPage({ searchParams }: PageProps<'/operator/audit'>) {
  const operator = await requireOperator()
  const { cursor, from, to, ...filter } = readListQuery(pageQuerySchema, await searchParams)
  const query = auditQuerySchema.parse({
    ...filter,
    cursor,
    since: from === undefined ? undefined : `${from}T00:00:00.000Z`,
    // The last day counts whole.
    until: to === undefined ? undefined : new Date(Date.parse(to) + DAY_MS).toISOString(),
  })
  const [counts, { items, meta }] = await Promise.all([
    countCases(operator),
    listAuditEntries(operator, query, 'all'),
  ])
  const kept = { ...filter, from, to }
  return (
    <OperatorFrame
      currentHref={PATH}
      counts={counts}
      title="Audit log"
      description="Every change, written with it and never altered. Times are in UTC."
    >
      <AuditFilter
        path={PATH}
        action={filter.action ?? ''}
        subject={filter.subject ?? ''}
        actor={filter.actor ?? ''}
        from={from ?? ''}
        to={to ?? ''}
        isFiltered={Object.values(kept).some((value) => value !== undefined)}
      />
      {items.length === 0 ? (
        <EmptyState title="Nothing like that was done">Take a filter away, or widen the days.</EmptyState>
      ) : (
        <AuditList entries={items} hrefFor={(narrower) => hrefWith(PATH, { ...kept, ...narrower })} />
      )}
      <MorePages
        firstHref={cursor === undefined ? null : hrefWith(PATH, kept)}
        nextHref={meta.nextCursor === null ? null : hrefWith(PATH, { ...kept, cursor: meta.nextCursor })}
      />
    </OperatorFrame>
  )
}
