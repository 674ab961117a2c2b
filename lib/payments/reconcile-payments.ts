/** Owns healing what a webhook should have told and did not. A background task; safe to repeat. */
import 'server-only'
import { log } from '#lib/platform/log'
import { askStripe, hasStripe } from '#lib/platform/stripe'
import { createSession } from './create-session.ts'
import {
  type KnownCheckout,
  reachMilestone,
  readMilestone,
  receiveEvent,
  selectStaleCheckouts,
} from './data.ts'
import { followEvents } from './follow-events.ts'
import { syncCheckout } from './sync-checkout.ts'

const MILESTONE = 'stripe-events'
/** Stripe lists events a little after it made them, and for thirty days. */
const OVERLAP_MS = 60 * 60 * 1000
const FIRST_LOOK_MS = 24 * 60 * 60 * 1000
const CHECKOUTS = 100
const TYPES = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.expired',
  'charge.refunded',
  'refund.failed',
  'refund.updated',
  'charge.refund.updated',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'transfer.reversed',
  'account.updated',
]

/** Fetches the events that never came and looks at every checkout that stayed open. Without a Stripe key: nothing. */
export async function reconcilePayments(): Promise<void> {
  if (!hasStripe()) return
  const startedAt = new Date()
  const since = (await readMilestone(MILESTONE))?.getTime() ?? startedAt.getTime() - FIRST_LOOK_MS
  const missed = await fetchMissedEvents(Math.floor((since - OVERLAP_MS) / 1000))
  await reachMilestone(MILESTONE, startedAt)
  if (missed > 0) log.warn({ missed }, 'events of Stripe that no webhook had brought')
  await followEvents()
  for (const checkout of await selectStaleCheckouts(CHECKOUTS)) await healCheckout(checkout)
}

async function fetchMissedEvents(since: number): Promise<number> {
  return await askStripe(async (stripe) => {
    let missed = 0
    for await (const event of stripe.events.list({ created: { gte: since }, types: TYPES, limit: 100 })) {
      if (await receiveEvent(JSON.stringify(event), 'reconciliation')) missed += 1
    }
    return missed
  })
}

async function healCheckout(checkout: KnownCheckout): Promise<void> {
  try {
    // Without a session the process ended before Stripe's answer came; the next look finds the session that this opens.
    if (checkout.sessionId === null) await createSession(checkout)
    else await syncCheckout(checkout.id, checkout.sessionId)
  } catch (error) {
    log.warn({ err: error, checkout: checkout.id }, 'a checkout could not be reconciled')
  }
}
