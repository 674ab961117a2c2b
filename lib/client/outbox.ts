/**
 * Owns the one outbox of this browser, for tabs and the worker alike: who sends holds its lock, and whoever shows it is
 * told of each change. Needs a secure context, IndexedDB and Web Locks.
 */
import type { getViewerEndpoint } from '#lib/identity/endpoints'
import type { Money } from '#lib/kernel/money'
import { callApi, newIdempotencyKey } from './api.ts'
import { type DrainOptions, drainQueue } from './drain-queue.ts'
import { carryOut, isSamePrice } from './purchase-intent.ts'
import {
  forgetOwner,
  indexedQueue,
  isWaiting,
  newEntry,
  type PurchaseQueue,
  type QueueEntry,
  QUEUE_TTL_MS,
} from './purchase-queue.ts'

/** The name of the lock, of the channel and of the background sync. */
export const OUTBOX = 'souk-outbox'

const listeners = new Set<() => void>()
let channel: BroadcastChannel | undefined

export function isOutboxAvailable(): boolean {
  return 'indexedDB' in globalThis && 'locks' in navigator && 'BroadcastChannel' in globalThis
}

export const outbox: PurchaseQueue = indexedQueue(() => {
  openChannel().postMessage('changed')
  tellListeners()
})

/** Calls back after each change, wherever it was made. */
export function watchOutbox(listener: () => void): () => void {
  openChannel()
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** As {@link drainQueue}, after whoever is at it already. */
export async function drainOutbox(options: DrainOptions): Promise<number | null> {
  return await navigator.locks.request(OUTBOX, () =>
    drainQueue(
      {
        queue: outbox,
        send: carryOut,
        askWhoIsHere,
        nowMs: Date.now,
        random: Math.random,
      },
      options,
    ),
  )
}

export interface LaterPurchase {
  handle: string
  name: string
  /** As it was shown: another is never paid. */
  price: Money
  userId: string
}

export async function buyLater({ handle, name, price, userId }: LaterPurchase): Promise<QueueEntry> {
  const intent = {
    ...{ handle, userId, payWith: 'wallet' as const },
    ...{ expectedPrice: price, key: newIdempotencyKey(), expiresAt: Date.now() + QUEUE_TTL_MS },
  }
  return await outbox.add(newEntry(intent, name))
}

/**
 * Agrees once more to what had ended without being bought. At the same price it stays the same purchase: should it have
 * happened after all, that is found out instead of paid twice.
 */
export async function agreeAnew({ id, intent, name, isUncertain }: QueueEntry, price: Money): Promise<void> {
  const isSame = isUncertain && isSamePrice(intent.expectedPrice, price)
  const key = isSame ? intent.key : newIdempotencyKey()
  await outbox.add(
    newEntry({ ...intent, expectedPrice: price, key, expiresAt: Date.now() + QUEUE_TTL_MS }, name),
  )
  await outbox.change(id, () => null)
}

/** False when it is just being sent. What had ended is put away. */
export async function cancelPurchase(id: number): Promise<boolean> {
  // While nobody holds the lock nobody sends, whatever a sender that has died left behind.
  const isFree = await navigator.locks.request(OUTBOX, { ifAvailable: true }, async (lock) => {
    if (lock) await outbox.change(id, () => null)
    return lock !== null
  })
  if (isFree) return true
  return (await outbox.change(id, (entry) => (isWaiting(entry) && entry.isSending ? entry : null))) === null
}

export async function emptyForSignOut(): Promise<void> {
  await forgetOwner(outbox)
}

async function askWhoIsHere(): Promise<string | null> {
  const { viewer } = await callApi<typeof getViewerEndpoint>({ method: 'GET', path: '/api/viewer' })
  return viewer?.id ?? null
}

function openChannel(): BroadcastChannel {
  if (!channel) {
    channel = new BroadcastChannel(OUTBOX)
    channel.onmessage = tellListeners
  }
  return channel
}

function tellListeners(): void {
  for (const listener of listeners) listener()
}
