import 'server-only'
import { createHash } from 'node:crypto'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { afterWaiting, inRequestTime } from '#lib/platform/db'
import { countSalesSoon } from './count-sales.ts'
import { insertOrder, insertOrders, type Purchase } from './data.ts'
import { openQueue } from './purchase-queue.ts'
import type { Order, PurchaseInput } from './schemas.ts'

const queue = openQueue<Purchase, Order | Problem>(insertOrders)

/**
 * Buys a package with the caller's credits, or gets a free one: one statement, one transaction, which purchases that come at
 * the same time share. With a key the purchase happens once and every repetition gets the first answer.
 * @throws Problem `not_found`, `own_package`, `already_owned`, `price_changed`, `sold_out`, `payment_required`,
 *   `idempotency_in_flight`, `idempotency_key_reused`. Nothing has happened then.
 */
export async function purchasePackage(
  actor: SignedInActor,
  input: PurchaseInput,
  key: string | null,
): Promise<Order> {
  const fingerprint = fingerprintOf('POST /api/purchases', input)
  const order = await orderFor({ actor, input, key, fingerprint })
  countSalesSoon(order.handle)
  return order
}

async function orderFor(purchase: Purchase): Promise<Order> {
  const startedAt = performance.now()
  const asked = queue.turnOf(purchase)
  const turn = await inRequestTime(asked).catch((error: unknown) => {
    // Whoever is told that it came to nothing does not buy it later, nor keep the place of somebody who does.
    if (!queue.withdraw(purchase)) void asked.then(({ release }) => release()).catch(() => undefined)
    throw error
  })
  if (turn.answer instanceof Problem) throw turn.answer
  if (turn.answer) return turn.answer
  try {
    return await afterWaiting(performance.now() - startedAt, () => insertOrder(purchase))
  } finally {
    turn.release()
  }
}

/** The same for requests that mean the same, however their JSON is spaced. */
function fingerprintOf(operation: string, { handle, expectedPrice }: PurchaseInput): Buffer {
  const text = JSON.stringify([operation, handle, expectedPrice.amount, expectedPrice.currency])
  return createHash('sha256').update(text).digest()
}
