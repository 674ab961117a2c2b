/**
 * Owns the connection to Stripe: one client with short time limits, and how its failures look to callers. It knows no
 * feature. Without a key there is no client, and whoever needs one says so.
 */
import 'server-only'
import Stripe from 'stripe'
import { Problem } from '#lib/kernel/problem'
import { env } from './env.ts'
import { processWide } from './process-wide.ts'

const TIMEOUT_MS = 4_000
const TOGETHER_MS = 4_300
const TOLERANCE_SECONDS = 300

let client: Stripe | undefined

export function hasStripe(): boolean {
  return env().STRIPE_SECRET_KEY !== undefined
}

/** @throws Problem `unavailable` when no key is set. */
export function stripe(): Stripe {
  const { STRIPE_SECRET_KEY, STRIPE_API_URL } = env()
  if (STRIPE_SECRET_KEY === undefined) {
    throw new Problem('unavailable', 'Card payments are not set up on this marketplace.', {
      headers: { 'retry-after': '3600' },
    })
  }
  client ??= new Stripe(STRIPE_SECRET_KEY, {
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    telemetry: false,
    ...(STRIPE_API_URL === undefined ? {} : addressOf(STRIPE_API_URL)),
  })
  return client
}

function addressOf(url: string): { protocol: 'http' | 'https'; host: string; port: string } {
  const { protocol, hostname, port } = new URL(url)
  return {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    port: port || (protocol === 'http:' ? '80' : '443'),
  }
}

/**
 * The event in a webhook's body, signed by Stripe within the last five minutes.
 * @throws Problem `bad_request` for a missing, wrong or old signature, `unavailable` when no secret is set.
 */
export function verifiedEvent(body: Uint8Array, signature: string | null): Stripe.Event {
  const { STRIPE_WEBHOOK_SECRET } = env()
  if (STRIPE_WEBHOOK_SECRET === undefined) {
    throw new Problem('unavailable', 'Webhooks of Stripe are not set up on this marketplace.', {
      headers: { 'retry-after': '3600' },
    })
  }
  try {
    return Stripe.webhooks.constructEvent(
      Buffer.from(body),
      signature ?? '',
      STRIPE_WEBHOOK_SECRET,
      TOLERANCE_SECONDS,
    )
  } catch (cause) {
    throw new Problem('bad_request', 'The signature of this event is missing, wrong or too old.', { cause })
  }
}

/**
 * Runs calls of Stripe while somebody waits for the answer: all of them together have so long that the whole request
 * stays within five seconds. What was sent before may still come to pass; each call is safe to repeat.
 * @throws as `askStripe`
 */
export async function askStripeInTime<T>(ask: (client: Stripe) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const overtime = new Promise<never>((_, reject) => {
    const message = `No answer within ${TOGETHER_MS} ms`
    timer = setTimeout(
      () => reject(new Stripe.errors.StripeConnectionError({ message, type: 'api_error' })),
      TOGETHER_MS,
    )
  })
  try {
    return await askStripe((client) => Promise.race([ask(client), overtime]))
  } finally {
    clearTimeout(timer)
  }
}

export interface StripeState {
  /** By the last call; `off` without a key, `unknown` before the first and when it failed too long ago. */
  state: 'up' | 'down' | 'unknown' | 'off'
  latencyMs: number | null
}

const UNKNOWN: StripeState = { state: 'unknown', latencyMs: null }
/** Few calls are made by a process that nobody pays at: it would not know for long that all is well again. */
const DOWN_FOR_MS = 2 * 60_000

const seen = processWide<{ last: StripeState; atMs: number }>('stripe-state', () => ({
  last: UNKNOWN,
  atMs: 0,
}))

/** As the last call of this process found it: looking costs Stripe nothing. */
export function stripeState(nowMs = Date.now()): StripeState {
  if (!hasStripe()) return { state: 'off', latencyMs: null }
  const isOutdated = seen.last.state === 'down' && nowMs - seen.atMs > DOWN_FOR_MS
  return isOutdated ? UNKNOWN : seen.last
}

/** Runs calls of Stripe. @throws Problem `unavailable` when Stripe does not answer, `upstream_failed` when it refuses. */
export async function askStripe<T>(ask: (client: Stripe) => Promise<T>): Promise<T> {
  const client = stripe()
  const startedAt = performance.now()
  const note = (state: 'up' | 'down') => {
    const latencyMs = state === 'up' ? Math.round(performance.now() - startedAt) : null
    seen.last = { state, latencyMs }
    seen.atMs = Date.now()
  }
  try {
    const answer = await ask(client)
    note('up')
    return answer
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    note(hasAnswered(error) ? 'up' : 'down')
    if (isRefusal(error)) {
      throw new Problem('upstream_failed', 'The payment service refused this request.', { cause: error })
    }
    throw new Problem('unavailable', 'The payment service does not answer. Please try again shortly.', {
      headers: { 'retry-after': '10' },
      cause: error,
    })
  }
}

/** True when Stripe has answered that what it was asked to do cannot be done. */
export function isInvalidRequest(
  error: unknown,
): error is InstanceType<typeof Stripe.errors.StripeInvalidRequestError> {
  return error instanceof Stripe.errors.StripeInvalidRequestError
}

/** Also with a refusal, or that it is asked too often. */
function hasAnswered(error: InstanceType<typeof Stripe.errors.StripeError>): boolean {
  return error.statusCode !== undefined && error.statusCode < 500
}

/** True when Stripe has answered no, for whatever reason, so that asking the same again is of no use. */
function isRefusal(error: unknown): boolean {
  return (
    isInvalidRequest(error) ||
    error instanceof Stripe.errors.StripePermissionError ||
    error instanceof Stripe.errors.StripeAuthenticationError ||
    error instanceof Stripe.errors.StripeIdempotencyError
  )
}
