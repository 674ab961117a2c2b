import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readSellerOrders, type SellerOrderFilter } from './data.ts'
import { requireOwnStore } from './own-store.ts'
import { pageOf, positionOf } from './position-cursor.ts'
import type { SellerOrderPage } from './schemas.ts'

/**
 * Orders of the caller's store, newest first.
 * @throws Problem `store_required`
 */
export async function listSellerOrders(
  actor: SignedInActor,
  { cursor, limit, ...filter }: SellerOrderFilter & { cursor?: string; limit: number },
): Promise<SellerOrderPage> {
  const after = positionOf(cursor)
  const sellerId = await requireOwnStore(actor)
  const rows = await readSellerOrders(actor, sellerId, filter, { after, limit: limit + 1 })
  return pageOf(rows, limit, ({ at: _at, ...order }) => order)
}
