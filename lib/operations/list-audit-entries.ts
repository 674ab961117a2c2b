import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { Problem } from '#lib/kernel/problem'
import { type AuditRow, selectAuditRows } from './data.ts'
import type { AuditEntry, AuditPage, AuditQuery } from './schemas.ts'

const auditCursor = defineCursor(
  1,
  z.object({
    at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/),
    id: z.int(),
  }),
)

/**
 * Entries of the audit log, newest first. `all` is for operators; `own` are the caller's acts and those that concern
 * them or a namespace they manage, an operator's included.
 * @throws Problem `forbidden` when somebody else asks for all, `bad_request` for a cursor of another list.
 */
export async function listAuditEntries(
  actor: Actor,
  query: AuditQuery,
  scope: 'all' | 'own',
): Promise<AuditPage> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to read the audit log.')
  if (scope === 'all' && actor.appRole !== 'operator') {
    throw new Problem('forbidden', 'Only operators read the whole audit log.')
  }
  const after = query.cursor === undefined ? null : auditCursor.decode(query.cursor)
  const rows = await selectAuditRows(actor, query, after, scope === 'own')
  const shown = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? shown.at(-1) : undefined
  return {
    items: shown.map((row) => toEntry(row, actor.appRole === 'operator')),
    meta: {
      limit: query.limit,
      nextCursor: last ? auditCursor.encode({ at: last.at, id: last.id }) : null,
    },
  }
}

/** Which operator decided is between operators: others see that one did. */
function toEntry(row: AuditRow, seesOperators: boolean): AuditEntry {
  const { id, createdAt, action, subject, namespace, detail, actorKind, actorId, actorName, tokenId } = row
  const isHidden = actorKind === 'operator' && !seesOperators
  return {
    id,
    createdAt,
    actor: {
      kind: actorKind,
      id: isHidden ? null : actorId,
      displayName: isHidden ? null : actorName,
      tokenId: isHidden ? null : tokenId,
    },
    action,
    subject,
    namespace,
    detail,
  }
}
