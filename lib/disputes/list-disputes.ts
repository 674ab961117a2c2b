import 'server-only'
import { z } from 'zod'
import { reaches } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { type DisputeScope, selectDisputes } from './data.ts'
import type { DisputeFilter, DisputePage } from './schemas.ts'

const cursors = defineCursor(1, z.object({ at: z.iso.datetime(), id: z.uuid() }))

/** Disputes newest first: of what the caller bought, of what they sell, or all for operators. */
export async function listDisputes(
  actor: SignedInActor,
  scope: DisputeScope,
  { state, cursor, limit }: { state?: DisputeFilter; cursor?: string; limit: number },
): Promise<DisputePage> {
  const after = cursor === undefined ? null : cursors.decode(cursor)
  const rows = await selectDisputes(actor, scope, state ?? null, after, limit + 1)
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return {
    // A page of a token that is limited to namespaces may have fewer: the rest is for others.
    items: scope === 'seller' ? page.filter(({ handle }) => reaches(actor, handle)) : page,
    meta: { limit, nextCursor: last ? cursors.encode({ at: last.dispute.openedAt, id: last.id }) : null },
  }
}
