import 'server-only'
import { reaches, requireScope, withoutOffice } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { countSalesSoon } from './count-sales.ts'
import { readOrder, refundOrder } from './data.ts'
import type { Order } from './schemas.ts'

/**
 * Gives the buyer their money back and takes the right to the package. For the order's seller and operators; a token
 * refunds with `sell` what was sold from its namespaces.
 * @throws Problem `not_found`, `forbidden` to the buyer, `conflict` when it was refunded or decided before,
 *   `insufficient_scope`.
 */
export async function refundPurchase(actor: SignedInActor, id: string, reason: string): Promise<Order> {
  if (actor.kind === 'token') await requireReach(actor, id)
  const order = await refundOrder(withoutOffice(actor), id, reason)
  countSalesSoon(order.handle)
  return order
}

async function requireReach(actor: SignedInActor, id: string): Promise<void> {
  requireScope(actor, 'sell')
  const order = await readOrder(withoutOffice(actor), id)
  if (order?.side === 'seller' && reaches(actor, order.handle)) return
  throw new Problem('not_found', 'Among what this token sells there is no such order.')
}
