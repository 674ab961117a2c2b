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
      expand: ['payment_intent.latest_charge.balance_transaction', 'payment_intent.latest_charge.refunds'],
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
      ...(await readRefunds(stripe, charge)),
      ...(charge?.disputed ? await readDispute(stripe, charge.id) : { dispute: null, disputeFees: [] }),
    }
  })
}

function feeOf(charge: Stripe.Charge | null): number {
  const transaction = charge?.balance_transaction
  return typeof transaction === 'object' ? (transaction?.fee ?? 0) : 0
}

async function readRefunds(
  stripe: Stripe,
  charge: Stripe.Charge | null,
): Promise<Pick<PaymentState, 'refunded' | 'refundFailed'>> {
  if (!charge?.refunds) return { refunded: charge?.amount_refunded ?? 0, refundFailed: 0 }
  const refunds = charge.refunds.has_more
    ? await stripe.refunds.list({ charge: charge.id, limit: 100 }).autoPagingToArray({ limit: 1_000 })
    : charge.refunds.data
  return { refunded: sumOf(refunds), refundFailed: sumOf(refunds.filter(hasFailed)) }
}

function hasFailed({ status }: Stripe.Refund): boolean {
  return status === 'failed' || status === 'canceled'
}

function sumOf(refunds: readonly Stripe.Refund[]): number {
  return refunds.reduce((sum, { amount }) => sum + amount, 0)
}

async function readDispute(
  stripe: Stripe,
  charge: string,
): Promise<Pick<PaymentState, 'dispute' | 'disputeFees'>> {
  const { data } = await stripe.disputes.list({ charge, limit: 10 })
  const fees = data.flatMap(({ balance_transactions }) => balance_transactions)
  const known = data.flatMap(({ id, reason, status: theirs }) => {
    const status = disputeStatus(theirs)
    return status === null ? [] : [{ id, reason, status }]
  })
  return { dispute: known[0] ?? null, disputeFees: fees.map(({ id, fee }) => ({ id, amount: fee })) }
}
