/** Owns opening Stripe Checkout for a checkout that is written down already. */
import 'server-only'
import { env } from '#lib/platform/env'
import { askStripeInTime } from '#lib/platform/stripe'
import { attachSession } from './data.ts'
import type { TopUp } from './schemas.ts'

/**
 * Safe to repeat, by whoever asks: Stripe answers the same session for the same checkout, because all it is told comes
 * from what is written down. Their address is not, so Stripe asks for it.
 * @throws Problem `unavailable` when Stripe does not answer.
 */
export async function createSession(checkout: {
  id: string
  amount: number
  /** The package that is paid for; null for a top-up. */
  handle: string | null
}): Promise<TopUp> {
  const { id, amount, handle } = checkout
  const back = `${env().SITE_URL}${handle === null ? `/wallet?top-up=${id}` : `/checkout/${handle}?card=${id}`}`
  const session = await askStripeInTime(async (stripe) => {
    return await stripe.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: id,
        line_items: [
          {
            quantity: 1,
            price_data: {
              currency: 'usd',
              unit_amount: amount,
              product_data: { name: handle ?? `${amount.toLocaleString('en')} Souk credits` },
            },
          },
        ],
        metadata: { checkout: id },
        payment_intent_data: { metadata: { checkout: id } },
        success_url: back,
        cancel_url: `${back}&cancelled=1`,
      },
      { idempotencyKey: `souk-checkout-${id}` },
    )
  })
  const intent = session.payment_intent
  return await attachSession(id, {
    id: session.id,
    url: session.url,
    paymentIntentId: typeof intent === 'object' ? (intent?.id ?? null) : intent,
    expiresAt: new Date(session.expires_at * 1000),
  })
}
