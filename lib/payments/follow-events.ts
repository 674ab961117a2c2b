/** Owns following what events point at. A background task; safe to repeat and to run twice at once. */
import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { log } from '#lib/platform/log'
import { askStripe } from '#lib/platform/stripe'
import {
  finishEvent,
  type KnownCheckout,
  type PendingEvent,
  selectCheckout,
  selectPendingEvents,
} from './data.ts'
import { type Subject, subjectOf } from './rules.ts'
import { syncAccount } from './sync-account.ts'
import { syncCheckout } from './sync-checkout.ts'
import { syncTransfer } from './sync-transfer.ts'

const BATCH = 50

/** Follows every pending event. One that fails is tried again later and holds up no other. Answers how many it saw. */
export async function followEvents(): Promise<number> {
  const events = await selectPendingEvents(BATCH)
  for (const event of events) await followEvent(event)
  return events.length < BATCH ? events.length : events.length + (await followEvents())
}

async function followEvent(event: PendingEvent): Promise<void> {
  try {
    await follow(subjectOf(event.type, event.object))
    await finishEvent(event.id, null)
  } catch (error) {
    log.warn({ err: error, event: event.id, type: event.type }, 'an event of Stripe could not be followed')
    await finishEvent(event.id, error instanceof Problem ? error.detail : 'It failed for a reason of ours.')
  }
}

async function follow(subject: Subject): Promise<void> {
  if (subject.kind === 'account') return await syncAccount(subject.id)
  if (subject.kind === 'transfer') return await syncTransfer(subject.id)
  if (subject.kind === 'nothing') return
  const checkout = await (subject.kind === 'session'
    ? selectCheckout('session_id', subject.id)
    : checkoutOfPayment(subject.id))
  // Payments that did not begin here, such as those of another shop on the same Stripe account, are not ours.
  if (checkout?.sessionId) await syncCheckout(checkout.id, checkout.sessionId)
}

async function checkoutOfPayment(paymentIntentId: string): Promise<KnownCheckout | null> {
  const known = await selectCheckout('payment_intent_id', paymentIntentId)
  if (known) return known
  const intent = await askStripe((stripe) => stripe.paymentIntents.retrieve(paymentIntentId))
  return intent.metadata.checkout ? await selectCheckout('id', intent.metadata.checkout) : null
}
