/** Pure decisions of card payments: what a report of Stripe means to us. Client-safe. */

/** What Stripe says of one checkout, in our words. Amounts in cents. */
export interface PaymentState {
  isPaid: boolean
  isExpired: boolean
  amount: number
  currency: string
  paymentIntentId: string | null
  chargeId: string | null
  /** What Stripe keeps; 0 while it is not known. */
  fee: number
  /** Of the whole charge, all refunds together, those that failed included. It only ever grows, as does the next. */
  refunded: number
  /** What of that never reached the card. */
  refundFailed: number
  /** What Stripe took for disputes, by the line of its own books; less than 0 for what it gave back. */
  disputeFees: { id: string; amount: number }[]
  dispute: { id: string; reason: string; status: 'open' | 'won' | 'lost' } | null
}

/**
 * The state of a dispute that matters to money. `null` for an inquiry, which takes nothing from anybody yet, and for
 * one that never came to be.
 */
export function disputeStatus(status: string): 'open' | 'won' | 'lost' | null {
  if (status === 'won' || status === 'lost') return status
  if (status === 'prevented' || status.startsWith('warning_')) return null
  return 'open'
}

/** Where an event tells us to look. */
export type Subject =
  | { kind: 'session'; id: string }
  | { kind: 'payment'; id: string }
  | { kind: 'account'; id: string }
  | { kind: 'transfer'; id: string }
  | { kind: 'nothing' }

interface EventObject {
  id?: unknown
  payment_intent?: unknown
  account?: unknown
}

/** @param type such as `charge.refunded`; @param object the event's `data.object`, as Stripe sent it. */
export function subjectOf(type: string, object: EventObject): Subject {
  if (type.startsWith('checkout.session.')) return subject('session', object.id)
  if (type.startsWith('payment_intent.')) return subject('payment', object.id)
  if (/^(charge|refund)\./.test(type)) return subject('payment', referenceOf(object.payment_intent))
  if (type === 'transfer.reversed') return subject('transfer', object.id)
  if (type === 'account.updated') return subject('account', object.id)
  if (type === 'capability.updated') return subject('account', referenceOf(object.account))
  return { kind: 'nothing' }
}

function subject(kind: 'session' | 'payment' | 'account' | 'transfer', id: unknown): Subject {
  return typeof id === 'string' && id !== '' ? { kind, id } : { kind: 'nothing' }
}

/** Stripe writes a reference as an id, or as the object itself when it was asked to. */
function referenceOf(reference: unknown): unknown {
  return typeof reference === 'object' && reference !== null && 'id' in reference ? reference.id : reference
}
