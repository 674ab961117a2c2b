import 'server-only'
import { randomUUID } from 'node:crypto'
import type { PurchaseInput } from '#lib/commerce/schemas'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { stripe } from '#lib/platform/stripe'
import { CARD_MAX, CARD_MIN } from './card-terms.ts'
import { createSession } from './create-session.ts'
import { openPurchase } from './data.ts'
import type { TopUp } from './schemas.ts'

/**
 * Opens a visit to Stripe Checkout that pays for one package at the price the buyer agreed to. The same idempotency key
 * answers the same visit.
 * @throws Problem `not_found`, `own_package`, `already_owned`, `price_changed`, `sold_out`, `validation_failed` for a price
 *   that is too small or too large for a card, `unavailable` without a Stripe key or when Stripe does not answer: nothing was charged.
 */
export async function startCardPurchase(
  actor: Actor,
  input: PurchaseInput,
  idempotencyKey: string | null,
): Promise<TopUp> {
  if (actor.kind !== 'user') throw new Problem('forbidden', 'Only a signed-in person can pay by card.')
  // Says at once that cards are not taken here, before anything is written.
  stripe()
  if (input.expectedPrice.amount < CARD_MIN) {
    throw new Problem('validation_failed', 'Cards take 50 cents or more. Pay with credits.', {
      issues: [{ path: 'expectedPrice.amount', message: 'At least 50' }],
    })
  }
  if (input.expectedPrice.amount > CARD_MAX) {
    throw new Problem('validation_failed', 'Cards take at most 999,999.99 US dollars. Pay with credits.', {
      issues: [{ path: 'expectedPrice.amount', message: `At most ${CARD_MAX}` }],
    })
  }
  const checkout = await openPurchase(actor, input, idempotencyKey ?? randomUUID())
  if (checkout.status !== 'open' || checkout.url !== null) return checkout
  const { id, amount } = checkout
  return await createSession({ id, amount: amount.amount, handle: input.handle })
}
