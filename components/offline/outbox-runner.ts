/**
 * Owns when this tab has the outbox sent: when it opens, when the network is back, when it is looked at again, when the
 * time has come, when its reader says so. The worker sends while there is one, since it outlives the tab; should it be
 * ended meanwhile, the tab goes on where it stopped.
 */
import { drainOutbox, outbox, OUTBOX } from '#lib/client/outbox'
import { isWaiting } from '#lib/client/purchase-queue'
import type { WorkerMessage } from '#lib/client/worker-messages'

const WAKE = 'souk-outbox-wake'
/** Of a worker that has to be started first. */
const TAKE_UP_MS = 3_000
const SHORTEST_WAIT_MS = 250
const LONGEST_WAIT_MS = 60 * 60_000

interface SyncRegistration extends ServiceWorkerRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

/** Something was agreed to, or somebody does not want to wait. */
export function wakeOutbox(): void {
  window.dispatchEvent(new Event(WAKE))
}

/** Answers how to stop. */
export function runOutbox(): () => void {
  const stop = new AbortController()
  const { signal } = stop
  let timer: ReturnType<typeof setTimeout> | undefined
  let isRunning = false
  let next: { isEager: boolean } | null = null

  const run = (isEager: boolean) => {
    clearTimeout(timer)
    if (isRunning) {
      next = { isEager: isEager || next?.isEager === true }
      return
    }
    isRunning = true
    void attempt(isEager)
      // The browser's storage refuses: the next occasion tries again.
      .catch(() => null)
      .then((retryAtMs) => {
        isRunning = false
        if (signal.aborted) return
        if (next) {
          const { isEager: isNextEager } = next
          next = null
          run(isNextEager)
        } else if (retryAtMs !== null) {
          const waitMs = Math.min(Math.max(retryAtMs - Date.now(), SHORTEST_WAIT_MS), LONGEST_WAIT_MS)
          timer = setTimeout(() => run(false), waitMs)
        }
      })
  }
  const eagerly = () => run(true)
  const whenVisible = () => {
    if (document.visibilityState === 'visible') run(true)
  }
  window.addEventListener('online', eagerly, { signal })
  window.addEventListener(WAKE, eagerly, { signal })
  document.addEventListener('visibilitychange', whenVisible, { signal })
  signal.addEventListener('abort', () => clearTimeout(timer))
  run(true)
  return () => stop.abort()
}

async function attempt(isEager: boolean): Promise<number | null> {
  if (!(await outbox.list()).some(isWaiting)) return null
  if (!navigator.onLine) {
    await askForSync()
    return null
  }
  const isTaken = await handToWorker(isEager)
  // Waits for whoever is sending; what the worker has done is not due any more.
  const retryAtMs = await drainOutbox({ isEager: isEager && !isTaken })
  if (retryAtMs !== null) await askForSync()
  return retryAtMs
}

/** Whether the worker has taken it up. */
async function handToWorker(isEager: boolean): Promise<boolean> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null
  if (!worker) return false
  const { port1, port2 } = new MessageChannel()
  const isTaken = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), TAKE_UP_MS)
    port1.onmessage = () => {
      clearTimeout(timer)
      resolve(true)
    }
    const message: WorkerMessage = { kind: 'DRAIN', isEager }
    worker.postMessage(message, [port2])
  })
  port1.close()
  return isTaken
}

/** So that the browser wakes the worker when there is a network, also when no tab is open any more. */
async function askForSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    const registration: SyncRegistration | undefined = await navigator.serviceWorker.getRegistration()
    await registration?.sync?.register(OUTBOX)
  } catch {
    // Not allowed here: tabs do it.
  }
}
