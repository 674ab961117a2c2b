/** The audit log as people read it: who did what to what, when, and the facts that were noted with it. */
import { DateTime } from '#components/ui/date-time'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '#components/ui/table'
import type { AuditEntry } from '#lib/operations/schemas'
import Link from 'next/link'

export interface AuditListProps {
  entries: AuditEntry[]
  /** The list narrowed to one person, action or subject. */
  hrefFor: (filter: { actor?: string; action?: string; subject?: string }) => string
}

const LINK = 'break-words text-brand-ink underline decoration-1 underline-offset-2 hover:decoration-2'

export function AuditList({ entries, hrefFor }: AuditListProps) {
  return (
    <Table label="Audit log">
      <TableHead>
        <TableRow>
          <TableHeader>When</TableHeader>
          <TableHeader>Who</TableHeader>
          <TableHeader>What</TableHeader>
          <TableHeader>On</TableHeader>
          <TableHeader>Facts</TableHeader>
        </TableRow>
      </TableHead>
      <TableBody>
        {entries.map(({ id, createdAt, actor, action, subject, detail }) => (
          <TableRow key={id}>
            <TableCell className="text-xs whitespace-nowrap">
              <DateTime iso={createdAt} />
            </TableCell>
            <TableCell className="whitespace-nowrap">
              {actor.id === null ? (
                <span className="text-muted">{actor.kind}</span>
              ) : (
                <>
                  <Link href={hrefFor({ actor: actor.id })} prefetch={false} className={LINK}>
                    {actor.displayName ?? 'a deleted account'}
                  </Link>
                  {actor.kind === 'user' ? null : <span className="text-xs text-muted"> {actor.kind}</span>}
                </>
              )}
            </TableCell>
            <TableCell className="font-mono text-xs whitespace-nowrap">
              <Link href={hrefFor({ action })} prefetch={false} className={LINK}>
                {action}
              </Link>
            </TableCell>
            <TableCell className="max-w-64 min-w-40 font-mono text-xs">
              <Link href={hrefFor({ subject })} prefetch={false} className={LINK}>
                {subject}
              </Link>
            </TableCell>
            <TableCell className="min-w-48 text-xs break-words">
              <Facts detail={detail} />
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function Facts({ detail }: { detail: AuditEntry['detail'] }) {
  return (
    <dl className="grid gap-0.5">
      {Object.entries(detail).map(([name, value]) => (
        <div key={name} className="flex flex-wrap gap-x-1.5">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-all">{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
