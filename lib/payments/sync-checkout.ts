/** Owns bringing one checkout to what Stripe says of it now. Every path leads here: events, visits, reconciliation. */
import 'server-only'
import type Stripe from 'stripe'
import { askStripeInTime } from '#lib/platform/stripe'
import { applyCheckout } from './data.ts'
import { disputeStatus, type PaymentState } from './rules.ts'
import type { TopUp } from './schemas.ts'

/**
 * Asks Stripe, never the event, so that any order of events ends the same.
 * @throws Problem `unavailable` when Stripe does not answer; nothing is changed then.
 */
export async function syncCheckout(checkoutId: string, sessionId: string): Promise<TopUp> {
  return await applyCheckout(checkoutId, await readState(sessionId))
}

async function readState(sessionId: string): Promise<PaymentState> {
  return await askStripeInTime(async (stripe) => {
    const session = await stripe.checkout.sessions.retrieve(sessionId, {
      expand: ['payment_intent.latest_charge.balance_transaction'],
    })
    const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
    const charge = typeof intent?.latest_charge === 'object' ? intent.latest_charge : null
    return {
      isPaid: session.payment_status === 'paid',
      isExpired: session.status === 'expired',
      amount: session.amount_total ?? 0,
      currency: session.currency ?? '',
      paymentIntentId: intent?.id ?? null,
      chargeId: charge?.id ?? null,
      fee: feeOf(charge),
      refunded: charge?.amount_refunded ?? 0,
      dispute: charge?.disputed ? await readDispute(stripe, charge.id) : null,
    }
  })
}

function feeOf(charge: Stripe.Charge | null): number {
  const transaction = charge?.balance_transaction
  return typeof transaction === 'object' ? (transaction?.fee ?? 0) : 0
}

async function readDispute(stripe: Stripe, charge: string): Promise<PaymentState['dispute']> {
  const disputes = await stripe.disputes.list({ charge, limit: 10 })
  for (const { id, reason, status } of disputes.data) {
    const known = disputeStatus(status)
    if (known !== null) return { id, reason, status: known }
  }
  return null
}
