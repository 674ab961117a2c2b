import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readOrders } from './data.ts'
import { pageOf, positionOf } from './position-cursor.ts'
import type { OrderPage } from './schemas.ts'

export interface OrderQuery {
  status?: string
  cursor?: string
  limit: number
}

/** The caller's own orders, newest first. */
export async function listPurchases(actor: SignedInActor, query: OrderQuery): Promise<OrderPage> {
  const after = positionOf(query.cursor)
  const rows = await readOrders(actor, { status: query.status ?? null, after, limit: query.limit + 1 })
  return pageOf(rows, query.limit, ({ at: _at, ...order }) => order)
}
