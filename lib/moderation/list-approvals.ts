import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { selectQueue } from './data.ts'
import { requireModerator } from './rules.ts'
import type { ApprovalList, ApprovalsQuery } from './schemas.ts'

const cursors = defineCursor(1, z.strictObject({ at: z.iso.datetime(), id: z.uuid() }))

/** The stores and packages that wait for approval, longest first. */
export async function listApprovals(actor: Actor, query: ApprovalsQuery): Promise<ApprovalList> {
  const { type = null, limit, cursor } = query
  const after = cursor === undefined ? null : cursors.decode(cursor)
  const { items, next, counts } = await selectQueue(requireModerator(actor), type, after, limit)
  const packages = type === 'store' ? 0 : counts.pendingPackages
  const stores = type === 'package' ? 0 : counts.pendingStores
  return { items, meta: { total: packages + stores, limit, nextCursor: next ? cursors.encode(next) : null } }
}
