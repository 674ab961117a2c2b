/**
 * The state of a small Stripe: payments, accounts, transfers and events, and how its API answers about them. Only for
 * tests; `stripe-server.ts` puts it on a port.
 */
export type Json = Record<string, unknown>
export interface Answer {
  status: number
  body: Json
}

export interface StripeEvent {
  id: string
  type: string
  created: number
  data: { object: Json }
  [key: string]: unknown
}

interface Payment {
  sessionId: string
  checkout: string
  amount: number
  /** Where the person goes after paying. */
  returnUrl: string
  status: 'open' | 'complete' | 'expired'
  /** Each with what Stripe says became of it. */
  refunds: { amount: number; status: 'succeeded' | 'failed' | 'canceled' }[]
  dispute: { id: string; status: string } | null
}

export const DISPUTE_FEE = 1_500

const chargeOf = (payment: Payment) => `ch_${payment.sessionId.slice(3)}`
const intentOf = (payment: Payment) => `pi_${payment.sessionId.slice(3)}`

const refundedOf = ({ refunds }: Payment) =>
  refunds.reduce((sum, { amount, status }) => sum + (status === 'succeeded' ? amount : 0), 0)

function sessionJson(payment: Payment): Json {
  const isPaid = payment.status === 'complete'
  const charge = {
    id: chargeOf(payment),
    object: 'charge',
    amount: payment.amount,
    amount_refunded: refundedOf(payment),
    refunds: {
      object: 'list',
      data: payment.refunds.map((refund, at) => ({ id: `re_${payment.sessionId}_${at}`, ...refund })),
      has_more: false,
    },
    disputed: payment.dispute !== null,
    payment_intent: intentOf(payment),
    balance_transaction: { id: `txn_${payment.sessionId}`, fee: Math.round(payment.amount * 0.03) },
  }
  return {
    id: payment.sessionId,
    object: 'checkout.session',
    client_reference_id: payment.checkout,
    status: payment.status,
    payment_status: isPaid ? 'paid' : 'unpaid',
    amount_total: payment.amount,
    currency: 'usd',
    url: isPaid ? null : `https://checkout.stripe.test/${payment.sessionId}`,
    expires_at: Math.floor(Date.now() / 1000) + 86_400,
    payment_intent: isPaid
      ? {
          id: intentOf(payment),
          object: 'payment_intent',
          metadata: { checkout: payment.checkout },
          latest_charge: charge,
        }
      : null,
  }
}

/** Stripe takes a fee when it takes the money, and gives it back with the money when the dispute is won. */
function disputeJson({ id, status }: { id: string; status: string }): Json {
  const lines = [{ id: `txn_${id}_taken`, object: 'balance_transaction', fee: DISPUTE_FEE }]
  if (status === 'won') lines.push({ id: `txn_${id}_back`, object: 'balance_transaction', fee: -DISPUTE_FEE })
  return { id, object: 'dispute', status, reason: 'fraudulent', balance_transactions: lines }
}

const missing: Answer = {
  status: 404,
  body: { error: { type: 'invalid_request_error', message: 'No such object' } },
}

const list = (url: string, data: readonly Json[], has_more = false): Answer => ({
  status: 200,
  body: { object: 'list', data, has_more, url },
})

const found = (body: Json | undefined): Answer => (body ? { status: 200, body } : missing)

export class StripeWorld {
  readonly events: StripeEvent[] = []
  readonly transfers: Json[] = []
  /** How transfers end: a Stripe error code, or null for success. */
  transferRefusal: string | null = null
  readonly #payments = new Map<string, Payment>()
  readonly #accounts = new Map<string, Json>()
  #counter: number

  /** @param lastId ids count on from there: of two worlds before one database, each needs its own. */
  constructor(lastId = 0) {
    this.#counter = lastId
  }

  /** @param path such as `/v1/accounts/acct_1` */
  answer(method: string, path: string, form: URLSearchParams): Answer {
    const at = path.lastIndexOf('/') + 1
    const known = this.#routes[`${method} ${path}`] ?? this.#routes[`${method} ${path.slice(0, at)}`]
    return known?.(form, path.slice(at)) ?? missing
  }

  /** How many visits were opened for one checkout. */
  sessionCount(checkoutId: string): number {
    return [...this.#payments.values()].filter(({ checkout }) => checkout === checkoutId).length
  }

  returnUrlOf(sessionId: string): string {
    return this.#find(sessionId).returnUrl
  }

  pay(sessionId: string): StripeEvent {
    this.#find(sessionId).status = 'complete'
    return this.#emit('checkout.session.completed', { id: sessionId, object: 'checkout.session' })
  }

  /** @param total what has been refunded of the payment by now, in cents */
  refund(sessionId: string, total: number): StripeEvent {
    const payment = this.#find(sessionId)
    payment.refunds.push({ amount: total - refundedOf(payment), status: 'succeeded' })
    return this.#emit('charge.refunded', { id: chargeOf(payment), payment_intent: intentOf(payment) })
  }

  /** The newest refund did not reach the card: Stripe counts it no more. */
  failRefund(sessionId: string): StripeEvent {
    return this.#endRefund(sessionId, 'failed', 'refund.failed')
  }

  /** The newest refund was called off on its way, of which Stripe tells only as of any change of a refund. */
  cancelRefund(sessionId: string): StripeEvent {
    return this.#endRefund(sessionId, 'canceled', 'refund.updated')
  }

  #endRefund(sessionId: string, status: 'failed' | 'canceled', type: string): StripeEvent {
    const payment = this.#find(sessionId)
    const refund = payment.refunds.at(-1)
    if (refund) refund.status = status
    return this.#emit(type, { id: `re_${sessionId}`, payment_intent: intentOf(payment) })
  }

  /** @param total what has been taken back of the transfer by now, in cents */
  reverseTransfer(id: string, total: number): StripeEvent {
    const transfer = this.transfers.find((each) => each.id === id)
    Object.assign(transfer ?? {}, { amount_reversed: total })
    return this.#emit('transfer.reversed', { id, object: 'transfer' })
  }

  dispute(sessionId: string, status: string): StripeEvent {
    const payment = this.#find(sessionId)
    const id = `dp_${sessionId}`
    const verb = payment.dispute === null ? 'created' : /won|lost/.test(status) ? 'closed' : 'updated'
    payment.dispute = { id, status }
    return this.#emit(`charge.dispute.${verb}`, { id, payment_intent: intentOf(payment) })
  }

  enableAccount(id: string): StripeEvent {
    Object.assign(this.#accounts.get(id) ?? {}, {
      capabilities: { transfers: 'active' },
      payouts_enabled: true,
      requirements: { currently_due: [] },
    })
    return this.#emit('account.updated', { id, object: 'account' })
  }

  readonly #routes: Record<string, (form: URLSearchParams, id: string) => Answer> = {
    'POST /v1/checkout/sessions': (form) => this.#openSession(form),
    'GET /v1/checkout/sessions/': (_form, id) => {
      const payment = this.#payments.get(id)
      return found(payment && sessionJson(payment))
    },
    'GET /v1/payment_intents/': (_form, id) => {
      const payment = this.#paymentBy((each) => intentOf(each) === id)
      return found(payment && { id, object: 'payment_intent', metadata: { checkout: payment.checkout } })
    },
    'GET /v1/disputes': (form) => {
      const payment = this.#paymentBy((each) => chargeOf(each) === form.get('charge'))
      const disputes = payment?.dispute ? [disputeJson(payment.dispute)] : []
      return list('/v1/disputes', disputes)
    },
    'GET /v1/events': (form) => this.#listEvents(form),
    'POST /v1/accounts': () => this.#openAccount(),
    'GET /v1/accounts/': (_form, id) => found(this.#accounts.get(id)),
    'POST /v1/account_links': (form) =>
      found({ object: 'account_link', url: `https://connect.stripe.test/${form.get('account') ?? ''}` }),
    'GET /v1/transfers': (form) =>
      list(
        '/v1/transfers',
        this.transfers.filter((each) => each.transfer_group === form.get('transfer_group')),
      ),
    'GET /v1/transfers/': (_form, id) => found(this.transfers.find((each) => each.id === id)),
    'POST /v1/transfers': (form) => this.#transfer(form),
  }

  #openSession(form: URLSearchParams): Answer {
    const payment: Payment = {
      sessionId: `cs_test_${this.#next()}`,
      checkout: form.get('client_reference_id') ?? '',
      amount: Number(form.get('line_items[0][price_data][unit_amount]')),
      returnUrl: form.get('success_url') ?? '',
      status: 'open',
      refunds: [],
      dispute: null,
    }
    this.#payments.set(payment.sessionId, payment)
    return found(sessionJson(payment))
  }

  #openAccount(): Answer {
    const account = {
      id: `acct_${this.#next()}`,
      object: 'account',
      capabilities: { transfers: 'inactive' },
      payouts_enabled: false,
      requirements: { currently_due: ['external_account'] },
    }
    this.#accounts.set(account.id, account)
    return found(account)
  }

  /** Of the types asked for, newest first, in pages, as Stripe does. */
  #listEvents(form: URLSearchParams): Answer {
    const since = Number(form.get('created[gte]') ?? 0)
    const types = [...form].flatMap(([name, value]) => (name.startsWith('types[') ? [value] : []))
    const all = this.events
      .filter(({ created, type }) => created >= since && (types.length === 0 || types.includes(type)))
      .toReversed()
    const start = all.findIndex((event) => event.id === form.get('starting_after')) + 1
    const limit = Number(form.get('limit') ?? 10)
    return list('/v1/events', all.slice(start, start + limit), start + limit < all.length)
  }

  #transfer(form: URLSearchParams): Answer {
    if (this.transferRefusal !== null) {
      const error = {
        type: 'invalid_request_error',
        code: this.transferRefusal,
        message: 'Cannot transfer.',
      }
      return { status: 400, body: { error } }
    }
    const transfer = {
      id: `tr_${this.#next()}`,
      object: 'transfer',
      amount: Number(form.get('amount')),
      destination: form.get('destination'),
      transfer_group: form.get('transfer_group'),
      amount_reversed: 0,
    }
    this.transfers.push(transfer)
    return found(transfer)
  }

  #emit(type: string, object: Json): StripeEvent {
    const created = Math.floor(Date.now() / 1000)
    const event = { id: `evt_${this.#next()}`, object: 'event', type, created, data: { object } }
    this.events.push(event)
    return event
  }

  #find(sessionId: string): Payment {
    const payment = this.#payments.get(sessionId)
    if (!payment) throw new Error(`No session ${sessionId}`)
    return payment
  }

  #paymentBy(matches: (payment: Payment) => boolean): Payment | undefined {
    return [...this.#payments.values()].find(matches)
  }

  #next(): number {
    this.#counter += 1
    return this.#counter
  }
}
