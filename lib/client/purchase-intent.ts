/**
 * Owns what a shopper meant when they agreed to buy: what, for how much, and the one idempotency key under which it is
 * sent however often. It must know no DOM, so that an outbox in a worker can keep and send intents as well.
 */
import type { purchaseEndpoint } from '#lib/commerce/endpoints'
import type { Order } from '#lib/commerce/schemas'
import type { Money } from '#lib/kernel/money'
import { ApiError, type ApiErrorCode, callApi, newIdempotencyKey } from './api.ts'

export interface PurchaseIntent {
  handle: string
  /** What the shopper saw and agreed to. */
  expectedPrice: Money
  key: string
  userId: string
  payWith: 'wallet' | 'card'
  /** Milliseconds since 1970; the server keeps keys for 30 days. */
  expiresAt: number
}

/** Such as sessionStorage. */
export type IntentStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

export type PurchaseOutcome =
  | { kind: 'bought'; order: Order }
  /** Nothing was bought, and asking again would not help: the intent is over. */
  | { kind: 'refused'; code: ApiErrorCode; detail: string }
  /** Nothing was bought; the same intent may be sent again. */
  | { kind: 'postponed'; code: ApiErrorCode; detail: string; retryAfterSeconds: number | null }
  /** It may have been bought. Only the same intent, sent again, finds out without buying twice. */
  | { kind: 'unknown'; code: ApiErrorCode; detail: string; retryAfterSeconds: number | null }

/** An agreement to a price is not for ever: later the shopper is asked again. */
export const INTENT_TTL_MS = 60 * 60_000

type Subject = Pick<PurchaseIntent, 'handle' | 'userId' | 'payWith'>

/** Followed by the id of whose they are and a full stop. */
export const INTENT_PREFIX = 'souk.intent.'

const storageKey = ({ userId, handle, payWith }: Subject) => `${INTENT_PREFIX}${userId}.${payWith}.${handle}`

/** What the shopper agreed to before and has no answer for yet; null when there is nothing, or it is too old. */
export function findIntent(store: IntentStore, subject: Subject, now = Date.now()): PurchaseIntent | null {
  const intent = parseIntent(store.getItem(storageKey(subject)))
  if (intent === null || intent.expiresAt <= now) return null
  return intent.handle === subject.handle && intent.userId === subject.userId ? intent : null
}

/**
 * The intent of an agreement: the one under way if it is for the same price, so that a second click is the same purchase;
 * else a new one.
 */
export function agree(
  store: IntentStore,
  subject: Subject,
  expectedPrice: Money,
  now = Date.now(),
): PurchaseIntent {
  const { handle, userId, payWith } = subject
  const known = findIntent(store, subject, now)
  if (known && isSamePrice(known.expectedPrice, expectedPrice)) return known
  const key = newIdempotencyKey()
  const intent = { handle, userId, payWith, expectedPrice, key, expiresAt: now + INTENT_TTL_MS }
  store.setItem(storageKey(intent), JSON.stringify(intent))
  return intent
}

/** After an answer that settles it. */
export function dropIntent(store: IntentStore, subject: Subject): void {
  store.removeItem(storageKey(subject))
}

/** Sends an intent, for the first time or again; never throws. */
export async function carryOut({
  handle,
  expectedPrice,
  key,
  userId,
}: PurchaseIntent): Promise<PurchaseOutcome> {
  try {
    const order = await callApi<typeof purchaseEndpoint>({
      method: 'POST',
      path: '/api/purchases',
      json: { handle, expectedPrice },
      idempotencyKey: key,
      userId,
    })
    return { kind: 'bought', order }
  } catch (error) {
    if (error instanceof ApiError) return failedOutcome(error)
    throw error
  }
}

/** Sign in, took too long to arrive, too early, too often. */
const POSTPONING = new Set([401, 408, 425, 429])

/** What a failure says about whether anything was bought. */
export function failedOutcome(error: ApiError): Exclude<PurchaseOutcome, { kind: 'bought' }> {
  const { code, status, message: detail, retryAfterSeconds } = error
  // Without an answer, with one of something in between, or while the first sending still runs: nobody here can tell.
  if (status < 400 || status >= 500 || code === 'idempotency_in_flight') {
    return { kind: 'unknown', code, detail, retryAfterSeconds }
  }
  // A refusal is one whoever wrote it: also what stands in between says by 4xx that it was not carried out.
  if (POSTPONING.has(status)) return { kind: 'postponed', code, detail, retryAfterSeconds }
  return { kind: 'refused', code, detail }
}

export function isSamePrice(one: Money, other: Money): boolean {
  return one.amount === other.amount && one.currency === other.currency
}

/** What was kept may have been written by an older build, or by hand. */
function parseIntent(text: string | null): PurchaseIntent | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text)
    return isIntent(value) ? value : null
  } catch {
    return null
  }
}

function isIntent(value: unknown): value is PurchaseIntent {
  if (typeof value !== 'object' || value === null) return false
  const { handle, key, userId, expiresAt, expectedPrice } = value as Record<string, unknown>
  return (
    [handle, key, userId].every((part) => typeof part === 'string') &&
    typeof expiresAt === 'number' &&
    typeof expectedPrice === 'object' &&
    expectedPrice !== null &&
    'amount' in expectedPrice &&
    'currency' in expectedPrice
  )
}
