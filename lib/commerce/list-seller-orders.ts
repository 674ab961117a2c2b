import 'server-only'
import { sellingNamespaces } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readSellerOrders, readSellingStoreIds, type SellerOrderFilter } from './data.ts'
import { pageOf, positionOf } from './position-cursor.ts'
import type { SellerOrderPage } from './schemas.ts'

/**
 * Orders of the caller's store and of the namespaces that they look after, newest first; a token limited to namespaces
 * sees those alone.
 * @throws Problem `store_required`
 */
export async function listSellerOrders(
  actor: SignedInActor,
  { cursor, limit, ...filter }: Omit<SellerOrderFilter, 'namespaces'> & { cursor?: string; limit: number },
): Promise<SellerOrderPage> {
  const after = positionOf(cursor)
  const sellerIds = await readSellingStoreIds(actor)
  if (sellerIds.length === 0) throw new Problem('store_required', 'Open a store first.')
  const namespaces = sellingNamespaces(actor)
  const rows = await readSellerOrders(
    actor,
    sellerIds,
    namespaces === null ? filter : { ...filter, namespaces },
    { after, limit: limit + 1 },
  )
  return pageOf(rows, limit, ({ at: _at, ...order }) => order)
}
