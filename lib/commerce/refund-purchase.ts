import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { countSalesSoon } from './count-sales.ts'
import { refundOrder } from './data.ts'
import type { Order } from './schemas.ts'

/**
 * Gives the buyer their money back and takes the right to the package. For the order's seller and operators.
 * @throws Problem `not_found`, `forbidden` to the buyer, `conflict` when it was refunded or decided before.
 */
export async function refundPurchase(actor: SignedInActor, id: string, reason: string): Promise<Order> {
  const order = await refundOrder(actor, id, reason)
  countSalesSoon(order.handle)
  return order
}
