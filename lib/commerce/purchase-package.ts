import 'server-only'
import { createHash } from 'node:crypto'
import type { SignedInActor } from '#lib/kernel/actor'
import { countSalesSoon } from './count-sales.ts'
import { insertOrder } from './data.ts'
import type { Order, PurchaseInput } from './schemas.ts'

/**
 * Buys a package with the caller's credits, or gets a free one: one statement, one transaction. With a key the purchase
 * happens once and every repetition gets the first answer.
 * @throws Problem `not_found`, `own_package`, `already_owned`, `price_changed`, `sold_out`, `payment_required`,
 *   `idempotency_in_flight`, `idempotency_key_reused`. Nothing has happened then.
 */
export async function purchasePackage(
  actor: SignedInActor,
  input: PurchaseInput,
  key: string | null,
): Promise<Order> {
  const fingerprint = fingerprintOf('POST /api/purchases', input)
  const order = await insertOrder(actor, input, { key, fingerprint })
  countSalesSoon(order.handle)
  return order
}

/** The same for requests that mean the same, however their JSON is spaced. */
function fingerprintOf(operation: string, { handle, expectedPrice }: PurchaseInput): Buffer {
  const text = JSON.stringify([operation, handle, expectedPrice.amount, expectedPrice.currency])
  return createHash('sha256').update(text).digest()
}
