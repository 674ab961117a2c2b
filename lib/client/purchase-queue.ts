/**
 * Owns what waits to be bought until there is a network: one list for every tab and the worker of this browser, in the
 * order of agreeing. It sends nothing; `drain-queue.ts` does.
 */
import { isSamePrice, type PurchaseIntent } from './purchase-intent.ts'

export type QueueOutcome =
  | { kind: 'bought'; orderId: string }
  /** Not bought, and asking again would not help. */
  | { kind: 'refused'; code: string; detail: string }
  /** Not answered while the agreement held. */
  | { kind: 'expired' }

export interface QueueEntry {
  /** Counts up with each agreement. */
  id: number
  intent: PurchaseIntent
  /** Display name of the package. */
  name: string
  attempts: number
  /** Being sent, by somebody who holds the lock or has died holding it. */
  isSending: boolean
  /** Was sent without an answer that settled it: it may have been bought. Only the same key finds out. */
  isUncertain: boolean
  /** Not to be sent before; milliseconds since 1970. */
  retryAtMs: number
  /** The server named that time. Our own patience ends when the network is back, or the shopper says so. */
  isRetryOrdered: boolean
  /** What the last attempt met. */
  trouble: { code: string; detail: string } | null
  /** How it ended. It stays until the shopper has put it away. */
  outcome: QueueOutcome | null
}

export interface QueueOwner {
  id: string
  /** As their account calls them. */
  label: string
}

export interface PurchaseQueue {
  /** In the order of agreeing. */
  list(): Promise<QueueEntry[]>
  /** In one transaction with whatever is done in another tab; what waits already is handed back instead. */
  add(entry: NewEntry): Promise<QueueEntry>
  /** In one transaction. Answering null removes it. Answers null when it is gone. */
  change(id: number, change: (entry: QueueEntry) => QueueEntry | null): Promise<QueueEntry | null>
}

export type NewEntry = Omit<QueueEntry, 'id'>

/** For how long a price that was agreed to without a network is good. */
export const QUEUE_TTL_MS = 24 * 60 * 60_000

export function newEntry(intent: PurchaseIntent, name: string): NewEntry {
  return {
    intent,
    name,
    attempts: 0,
    isSending: false,
    isUncertain: false,
    retryAtMs: 0,
    isRetryOrdered: false,
    trouble: null,
    outcome: null,
  }
}

export const isWaiting = ({ outcome }: Pick<QueueEntry, 'outcome'>) => outcome === null

/** A second agreement to the same purchase, in another tab or by a second click. */
export function findSame(known: readonly QueueEntry[], { intent }: NewEntry): QueueEntry | undefined {
  return known.find(
    (entry) =>
      isWaiting(entry) &&
      entry.intent.userId === intent.userId &&
      entry.intent.handle === intent.handle &&
      isSamePrice(entry.intent.expectedPrice, intent.expectedPrice),
  )
}

const DATABASE = 'souk-outbox'
const PURCHASES = 'purchases'
const FACTS = 'facts'
const OWNER = 'owner'

/** @param onChange told after each change made through it. */
export function indexedQueue(onChange: () => void): PurchaseQueue {
  return {
    list: () =>
      transact(PURCHASES, 'readonly', async (store) => (await settled(store.getAll())) as QueueEntry[]),
    async add(entry) {
      const added = await transact(PURCHASES, 'readwrite', async (store) => {
        const same = findSame((await settled(store.getAll())) as QueueEntry[], entry)
        if (same) return same
        const id = Number(await settled(store.add(entry)))
        return { ...entry, id }
      })
      onChange()
      return added
    },
    async change(id, change) {
      const changed = await transact(PURCHASES, 'readwrite', async (store) => {
        const known = (await settled(store.get(id))) as QueueEntry | undefined
        const next = known ? change(known) : null
        if (next) await settled(store.put(next))
        else if (known) await settled(store.delete(id))
        return next
      })
      onChange()
      return changed
    },
  }
}

/** Who was signed in here last: in whose name something is agreed to where nobody can be asked. */
export async function readOwner(): Promise<QueueOwner | null> {
  const owner = await transact(
    FACTS,
    'readonly',
    async (store): Promise<unknown> => await settled(store.get(OWNER)),
  )
  return (owner as QueueOwner | undefined) ?? null
}

export async function noteOwner(owner: QueueOwner): Promise<void> {
  await transact(FACTS, 'readwrite', (store) => settled(store.put(owner, OWNER)))
}

/** Signing out: what was theirs goes, and nothing says who it was. */
export async function forgetOwner(queue: PurchaseQueue): Promise<void> {
  const owner = await readOwner()
  if (!owner) return
  for (const { id, intent } of await queue.list()) {
    if (intent.userId === owner.id) await queue.change(id, () => null)
  }
  await transact(FACTS, 'readwrite', (store) => settled(store.delete(OWNER)))
}

/** The work must ask for nothing but the store, or the transaction ends under it. */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => Promise<T>,
): Promise<T> {
  const database = await open()
  try {
    // Strict: what a shopper agreed to must not be lost with the power.
    const transaction = database.transaction(name, mode, { durability: 'strict' })
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was given up.'))
    })
    done.catch(() => undefined)
    const result = await work(transaction.objectStore(name))
    await done
    return result
  } finally {
    database.close()
  }
}

async function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore(PURCHASES, { keyPath: 'id', autoIncrement: true })
    request.result.createObjectStore(FACTS)
  }
  return await settled(request)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('The browser’s storage refused.'))
  })
}
