/**
 * Owns sending what waits to be bought: in order, one at a time, in nobody’s name but that of who agreed. What may have
 * been done is asked again under its key; what was refused is left for the shopper to see. It knows neither the browser's
 * storage nor the network, and must be the only one of its kind at a time: `outbox.ts` sees to that.
 */
import { ApiError } from './api.ts'
import type { PurchaseIntent, PurchaseOutcome } from './purchase-intent.ts'
import { isWaiting, type PurchaseQueue, type QueueEntry } from './purchase-queue.ts'

export interface DrainDependencies {
  queue: Pick<PurchaseQueue, 'list' | 'change'>
  send: (intent: PurchaseIntent) => Promise<PurchaseOutcome>
  /** The id of the person, null for nobody. Fails when nobody can be asked. */
  askWhoIsHere: () => Promise<string | null>
  nowMs: () => number
  /** From 0 to 1: browsers that lost their network together shall not come back together. */
  random: () => number
}

export interface DrainOptions {
  /** The network is back, or the shopper asked: our own patience is over, that which the server asked for is not. */
  isEager: boolean
}

const FIRST_BACK_OFF_MS = 2_000
const LONGEST_BACK_OFF_MS = 5 * 60_000
const LONGEST_ORDERED_MS = 60 * 60_000

/** When to come again, in milliseconds since 1970; null when time alone changes nothing. */
export async function drainQueue(
  dependencies: DrainDependencies,
  { isEager }: DrainOptions,
): Promise<number | null> {
  const { queue, nowMs } = dependencies
  await recover(queue)
  let userId: string | null | undefined
  for (;;) {
    const waiting = await expire(dependencies)
    const dueAtMs = (entry: QueueEntry) => (isEager && !entry.isRetryOrdered ? 0 : entry.retryAtMs)
    const soonestMs = Math.min(...firsts(waiting).map(dueAtMs))
    if (soonestMs > nowMs()) return Number.isFinite(soonestMs) ? soonestMs : null
    if (userId === undefined) {
      try {
        userId = await dependencies.askWhoIsHere()
      } catch (error) {
        const due = firsts(waiting).filter((entry) => dueAtMs(entry) <= nowMs())
        return await postpone(due, error, dependencies)
      }
    }
    const head = waiting.find(({ intent }) => intent.userId === userId)
    if (!head) return null
    if (dueAtMs(head) > nowMs()) return dueAtMs(head)
    const claimed = await queue.change(head.id, claim)
    // Cancelled in another tab.
    if (!claimed) continue
    const outcome = await dependencies.send(claimed.intent)
    const left = await queue.change(head.id, (entry) => settle(entry, outcome, dependencies))
    if (isUnwelcome(outcome)) return null
    if (left && isWaiting(left)) return left.retryAtMs
  }
}

/** Nobody can say who is here. Kept with what waits, so that every tab has the same patience, and it grows. */
async function postpone(
  due: readonly QueueEntry[],
  error: unknown,
  dependencies: DrainDependencies,
): Promise<number | null> {
  const failure = error instanceof ApiError ? error : null
  const later = await Promise.all(
    due.map(({ id }) =>
      dependencies.queue.change(id, (entry) => ({
        ...entry,
        attempts: entry.attempts + 1,
        ...pauseOf(entry.attempts + 1, failure?.retryAfterSeconds ?? null, dependencies),
        trouble: failure && { code: failure.code, detail: failure.message },
      })),
    ),
  )
  const soonestMs = Math.min(...later.map((entry) => entry?.retryAtMs ?? Infinity))
  return Number.isFinite(soonestMs) ? soonestMs : null
}

/** Of each person the first: the others wait behind it. */
function firsts(waiting: readonly QueueEntry[]): QueueEntry[] {
  return waiting.filter(
    ({ intent }, index) => waiting.findIndex((entry) => entry.intent.userId === intent.userId) === index,
  )
}

/** Whoever was sending is gone, since we are here; whether the server heard it nobody knows. */
async function recover(queue: DrainDependencies['queue']): Promise<void> {
  for (const { id, isSending } of await queue.list()) {
    if (isSending) await queue.change(id, (entry) => ({ ...entry, isSending: false, isUncertain: true }))
  }
}

/** What is still agreed to. What is not any more says so. */
async function expire({ queue, nowMs }: DrainDependencies): Promise<QueueEntry[]> {
  const waiting = (await queue.list()).filter(isWaiting)
  const old = waiting.filter(({ intent }) => intent.expiresAt <= nowMs())
  for (const { id } of old) {
    await queue.change(id, (entry) => (isWaiting(entry) ? { ...entry, outcome: { kind: 'expired' } } : entry))
  }
  return waiting.filter((entry) => !old.includes(entry))
}

const claim = (entry: QueueEntry): QueueEntry => ({
  ...entry,
  attempts: entry.attempts + 1,
  isSending: true,
})

function settle(
  entry: QueueEntry,
  outcome: PurchaseOutcome,
  dependencies: Pick<DrainDependencies, 'nowMs' | 'random'>,
): QueueEntry {
  const tried = { ...entry, isSending: false }
  if (outcome.kind === 'bought') {
    return {
      ...tried,
      isUncertain: false,
      trouble: null,
      outcome: { kind: 'bought', orderId: outcome.order.id },
    }
  }
  const { code, detail } = outcome
  if (isUnwelcome(outcome)) return { ...tried, retryAtMs: 0, trouble: { code, detail } }
  if (outcome.kind === 'refused') {
    return { ...tried, isUncertain: false, trouble: null, outcome: { kind: 'refused', code, detail } }
  }
  return {
    ...tried,
    ...pauseOf(tried.attempts, outcome.retryAfterSeconds, dependencies),
    isUncertain: tried.isUncertain || outcome.kind === 'unknown',
    trouble: { code, detail },
  }
}

function pauseOf(
  attempts: number,
  retryAfterSeconds: number | null,
  { nowMs, random }: Pick<DrainDependencies, 'nowMs' | 'random'>,
): Pick<QueueEntry, 'retryAtMs' | 'isRetryOrdered'> {
  const waitMs =
    retryAfterSeconds === null
      ? backOffMs(attempts, random)
      : Math.min(retryAfterSeconds * 1000, LONGEST_ORDERED_MS)
  return { retryAtMs: nowMs() + waitMs, isRetryOrdered: retryAfterSeconds !== null }
}

/** It was sent with somebody else's session, or nobody's: it stays for when its owner is back. */
function isUnwelcome(outcome: PurchaseOutcome): boolean {
  return outcome.kind !== 'bought' && (outcome.code === 'user_changed' || outcome.code === 'unauthenticated')
}

export function backOffMs(attempts: number, random: () => number): number {
  const wholeMs = Math.min(FIRST_BACK_OFF_MS * 2 ** Math.max(0, attempts - 1), LONGEST_BACK_OFF_MS)
  return Math.round(wholeMs * (0.5 + random() / 2))
}
