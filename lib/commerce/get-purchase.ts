import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readOrder } from './data.ts'
import type { OrderDetail } from './schemas.ts'

/**
 * One order with what became of it, for its buyer, its seller and operators.
 * @throws Problem `not_found`, also to anybody else.
 */
export async function getPurchase(actor: SignedInActor, id: string): Promise<OrderDetail> {
  const order = await readOrder(actor, id)
  if (!order) throw new Problem('not_found', 'There is no such order.')
  return order
}
