/**
 * The part of Stripe's API that Souk speaks, on a local port with real signatures, and the hands to make things happen
 * there: pay, refund, dispute. Only for tests; the product talks to it through the real `stripe` library.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'

export const STRIPE_TEST_KEY = 'sk_test_local'
export const STRIPE_TEST_WEBHOOK_SECRET = 'whsec_local'

type Json = Record<string, unknown>

interface Payment {
  sessionId: string
  checkout: string
  amount: number
  status: 'open' | 'complete' | 'expired'
  refunded: number
  dispute: { id: string; status: string } | null
}

export interface StripeEvent {
  id: string
  type: string
  created: number
  data: { object: Json }
  [key: string]: unknown
}

export interface StripeServer {
  url: string
  /** Every event, in the order in which things happened. */
  events: readonly StripeEvent[]
  requests: readonly string[]
  /** So many requests are answered so, after so many good ones; `cut` closes the connection after doing what was asked. */
  fail: (how: 500 | 429 | 'cut', times?: number, after?: number) => void
  /** Sets how a transfer ends: a Stripe error code, or null for success. */
  refuseTransfers: (code: string | null) => void
  enableAccount: (accountId: string) => void
  pay: (sessionId: string) => StripeEvent
  expire: (sessionId: string) => StripeEvent
  /** @param total what has been refunded of the payment by now, in cents */
  refund: (sessionId: string, total: number) => StripeEvent
  dispute: (sessionId: string, status: string) => StripeEvent
  transfers: readonly Json[]
  /** Headers and body of a webhook. */
  signed: (event: StripeEvent, at?: Date) => { body: string; signature: string }
  close: () => Promise<void>
}

const chargeOf = (payment: Payment) => `ch_${payment.sessionId.slice(3)}`
const intentOf = (payment: Payment) => `pi_${payment.sessionId.slice(3)}`

function sessionJson(payment: Payment): Json {
  const isPaid = payment.status === 'complete'
  const charge = {
    id: chargeOf(payment),
    object: 'charge',
    amount: payment.amount,
    amount_refunded: payment.refunded,
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

export async function startStripeServer(): Promise<StripeServer> {
  const payments = new Map<string, Payment>()
  const accounts = new Map<string, Json>()
  const transfers: Json[] = []
  const events: StripeEvent[] = []
  const requests: string[] = []
  const replays = new Map<string, { status: number; body: Json }>()
  const faults: (500 | 429 | 'cut' | null)[] = []
  let transferRefusal: string | null = null
  let counter = 0

  const emit = (type: string, object: Json): StripeEvent => {
    counter += 1
    const created = Math.floor(Date.now() / 1000)
    const event = { id: `evt_${counter}`, object: 'event', type, created, data: { object } }
    events.push(event)
    return event
  }
  const find = (sessionId: string): Payment => {
    const payment = payments.get(sessionId)
    if (!payment) throw new Error(`No session ${sessionId}`)
    return payment
  }
  const missing = {
    status: 404,
    body: { error: { type: 'invalid_request_error', message: 'No such object' } },
  }

  const routes: Record<string, (id: string, form: URLSearchParams) => { status: number; body: Json }> = {
    'POST /v1/checkout/sessions': (_id, form) => {
      counter += 1
      const payment: Payment = {
        sessionId: `cs_test_${counter}`,
        checkout: form.get('client_reference_id') ?? '',
        amount: Number(form.get('line_items[0][price_data][unit_amount]')),
        status: 'open',
        refunded: 0,
        dispute: null,
      }
      payments.set(payment.sessionId, payment)
      return { status: 200, body: sessionJson(payment) }
    },
    'GET /v1/checkout/sessions/': (id) => {
      const payment = payments.get(id)
      return payment ? { status: 200, body: sessionJson(payment) } : missing
    },
    'GET /v1/payment_intents/': (id) => {
      const payment = [...payments.values()].find((each) => intentOf(each) === id)
      return payment
        ? { status: 200, body: { id, object: 'payment_intent', metadata: { checkout: payment.checkout } } }
        : missing
    },
    'GET /v1/disputes': (_id, form) => {
      const payment = [...payments.values()].find((each) => chargeOf(each) === form.get('charge'))
      const data = payment?.dispute ? [{ ...payment.dispute, object: 'dispute', reason: 'fraudulent' }] : []
      return { status: 200, body: { object: 'list', data, has_more: false, url: '/v1/disputes' } }
    },
    'GET /v1/events': (_id, form) => {
      const since = Number(form.get('created[gte]') ?? 0)
      // Newest first, in pages, as Stripe does.
      const all = events.filter((event) => event.created >= since).toReversed()
      const start = all.findIndex((event) => event.id === form.get('starting_after')) + 1
      const limit = Number(form.get('limit') ?? 10)
      const has_more = start + limit < all.length
      return {
        status: 200,
        body: { object: 'list', data: all.slice(start, start + limit), has_more, url: '/v1/events' },
      }
    },
    'POST /v1/accounts': () => {
      counter += 1
      const account = {
        id: `acct_${counter}`,
        object: 'account',
        capabilities: { transfers: 'inactive' },
        payouts_enabled: false,
        requirements: { currently_due: ['external_account'] },
      }
      accounts.set(account.id, account)
      return { status: 200, body: account }
    },
    'GET /v1/accounts/': (id) => {
      const account = accounts.get(id)
      return account ? { status: 200, body: account } : missing
    },
    'POST /v1/account_links': (_id, form) => ({
      status: 200,
      body: { object: 'account_link', url: `https://connect.stripe.test/${form.get('account') ?? ''}` },
    }),
    'GET /v1/transfers': (_id, form) => {
      const data = transfers.filter((each) => each.transfer_group === form.get('transfer_group'))
      return { status: 200, body: { object: 'list', data, has_more: false, url: '/v1/transfers' } }
    },
    'POST /v1/transfers': (_id, form) => {
      if (transferRefusal !== null) {
        const error = { type: 'invalid_request_error', code: transferRefusal, message: 'Cannot transfer.' }
        return { status: 400, body: { error } }
      }
      counter += 1
      const transfer = {
        id: `tr_${counter}`,
        object: 'transfer',
        amount: Number(form.get('amount')),
        destination: form.get('destination'),
        transfer_group: form.get('transfer_group'),
      }
      transfers.push(transfer)
      return { status: 200, body: transfer }
    },
  }

  const answer = (method: string, url: URL, form: URLSearchParams) => {
    const exact = routes[`${method} ${url.pathname}`]
    if (exact) return exact('', form)
    const at = url.pathname.lastIndexOf('/') + 1
    return routes[`${method} ${url.pathname.slice(0, at)}`]?.(url.pathname.slice(at), form) ?? missing
  }

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const url = new URL(request.url ?? '/', 'http://stripe.test')
    const method = request.method ?? 'GET'
    requests.push(`${method} ${url.pathname}`)
    const send = (status: number, body: Json) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (request.headers.authorization !== `Bearer ${STRIPE_TEST_KEY}`) {
      return send(401, { error: { type: 'authentication_error', message: 'Invalid API Key provided' } })
    }
    const fault = faults.shift()
    if (typeof fault === 'number') {
      return send(fault, { error: { type: fault === 429 ? 'rate_limit_error' : 'api_error', message: 'no' } })
    }
    const key = request.headers['idempotency-key']
    const replayed = method === 'POST' && typeof key === 'string' ? replays.get(key) : undefined
    const { status, body } =
      replayed ?? answer(method, url, method === 'GET' ? url.searchParams : new URLSearchParams(text))
    if (method === 'POST' && typeof key === 'string' && status < 400) replays.set(key, { status, body })
    if (fault === 'cut') return request.socket.destroy()
    return send(status, body)
  }

  const server = createServer((request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    events,
    requests,
    transfers,
    fail: (how, times = 1, after = 0) =>
      void faults.push(...Array<null>(after).fill(null), ...Array<typeof how>(times).fill(how)),
    refuseTransfers: (code) => void (transferRefusal = code),
    enableAccount: (id) => {
      Object.assign(accounts.get(id) ?? {}, {
        capabilities: { transfers: 'active' },
        payouts_enabled: true,
        requirements: { currently_due: [] },
      })
      emit('account.updated', { id, object: 'account' })
    },
    pay: (sessionId) => {
      const payment = find(sessionId)
      payment.status = 'complete'
      return emit('checkout.session.completed', { id: sessionId, object: 'checkout.session' })
    },
    expire: (sessionId) => {
      find(sessionId).status = 'expired'
      return emit('checkout.session.expired', { id: sessionId, object: 'checkout.session' })
    },
    refund: (sessionId, total) => {
      const payment = find(sessionId)
      payment.refunded = total
      return emit('charge.refunded', { id: chargeOf(payment), payment_intent: intentOf(payment) })
    },
    dispute: (sessionId, status) => {
      const payment = find(sessionId)
      const id = `dp_${sessionId}`
      const verb = payment.dispute === null ? 'created' : /won|lost/.test(status) ? 'closed' : 'updated'
      payment.dispute = { id, status }
      return emit(`charge.dispute.${verb}`, { id, payment_intent: intentOf(payment) })
    },
    signed: (event, at = new Date()) => {
      const body = JSON.stringify(event)
      const signature = Stripe.webhooks.generateTestHeaderString({
        payload: body,
        secret: STRIPE_TEST_WEBHOOK_SECRET,
        timestamp: Math.floor(at.getTime() / 1000),
      })
      return { body, signature }
    },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
