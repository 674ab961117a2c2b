/**
 * The part of Stripe's API that Souk speaks, on a local port with real signatures. Only for tests; the product talks to it
 * through the real `stripe` library.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { type Answer, type StripeEvent, StripeWorld } from './stripe-world.ts'

export const STRIPE_TEST_KEY = 'sk_test_local'
export const STRIPE_TEST_WEBHOOK_SECRET = 'whsec_local'

/** `then 400` does what was asked and answers that it was refused. */
type Fault = 400 | 401 | 403 | 429 | 500 | 'idempotency' | 'cut' | 'then 400'

export interface StripeServer {
  url: string
  world: StripeWorld
  /** So many requests are answered so, after so many good ones; `cut` closes the connection after doing what was asked. */
  fail: (how: Fault, times?: number, after?: number) => void
  close: () => Promise<void>
}

/** Body and signature of a webhook. */
export function signed(event: StripeEvent, at = new Date()): { body: string; signature: string } {
  const body = JSON.stringify(event)
  const signature = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: STRIPE_TEST_WEBHOOK_SECRET,
    timestamp: Math.floor(at.getTime() / 1000),
  })
  return { body, signature }
}

interface Replay {
  text: string
  answer: Answer
}

const refusal = (status: number, type: string): Answer => ({
  status,
  body: { error: { type, message: 'Refused.' } },
})

const faultAnswers: Record<Exclude<Fault, 'cut'>, Answer> = {
  400: refusal(400, 'invalid_request_error'),
  401: refusal(401, 'authentication_error'),
  403: refusal(403, 'invalid_request_error'),
  429: refusal(429, 'rate_limit_error'),
  500: refusal(500, 'api_error'),
  idempotency: refusal(400, 'idempotency_error'),
  'then 400': refusal(400, 'invalid_request_error'),
}

/** Answers one request; the same idempotency key answers the same and is refused for anything else, as by Stripe. */
async function answerOf(
  world: StripeWorld,
  replays: Map<string, Replay>,
  request: IncomingMessage,
): Promise<Answer> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  if (request.headers.authorization !== `Bearer ${STRIPE_TEST_KEY}`)
    return refusal(401, 'authentication_error')
  const url = new URL(request.url ?? '/', 'http://stripe.test')
  if (request.method !== 'POST') return world.answer('GET', url.pathname, url.searchParams)
  const key = request.headers['idempotency-key']
  const replayed = typeof key === 'string' ? replays.get(key) : undefined
  if (replayed) return replayed.text === text ? replayed.answer : refusal(400, 'idempotency_error')
  const answer = world.answer('POST', url.pathname, new URLSearchParams(text))
  if (typeof key === 'string' && answer.status < 400) replays.set(key, { text, answer })
  return answer
}

/** @param lastId ids count on from there */
export async function startStripeServer(lastId = 0): Promise<StripeServer> {
  const world = new StripeWorld(lastId)
  const replays = new Map<string, Replay>()
  const faults: (Fault | null)[] = []

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const fault = faults.shift() ?? null
    const isCarriedOut = fault === null || fault === 'cut' || fault === 'then 400'
    const answer = isCarriedOut ? await answerOf(world, replays, request) : faultAnswers[fault]
    if (fault === 'cut') return request.socket.destroy()
    const { status, body } = fault === null ? answer : faultAnswers[fault]
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }

  const server = createServer((request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    fail: (how, times = 1, after = 0) =>
      void faults.push(...Array<null>(after).fill(null), ...Array<Fault>(times).fill(how)),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
