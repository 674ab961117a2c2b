import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { stripe } from '#lib/platform/stripe'
import { createSession } from './create-session.ts'
import { openCheckout } from './data.ts'
import type { StartTopUpInput, TopUp } from './schemas.ts'

/**
 * Opens a visit to Stripe Checkout that buys credits. The same idempotency key answers the same visit.
 * @throws Problem `unavailable` without a Stripe key or when Stripe does not answer: nothing was charged then.
 */
export async function startTopUp(
  actor: Actor,
  { amount }: StartTopUpInput,
  idempotencyKey: string | null,
): Promise<TopUp> {
  if (actor.kind !== 'user') throw new Problem('forbidden', 'Only a signed-in person can top up a wallet.')
  // Says at once that cards are not taken here, before anything is written.
  stripe()
  const checkout = await openCheckout(actor, amount.amount, idempotencyKey ?? randomUUID())
  if (checkout.status !== 'open' || checkout.url !== null) return checkout
  return await createSession({ id: checkout.id, amount: checkout.amount.amount, handle: null })
}
