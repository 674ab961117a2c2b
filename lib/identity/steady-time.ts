/** Owns answers whose duration says little: whether an address has an account should not be read off a clock. */
import 'server-only'
import { setTimeout as delay } from 'node:timers/promises'

/** Longer than Auth takes to compute a hash or to find that it need not. */
export const STEADY_MS = 1_000

/** What `work` comes to, success or failure, but no sooner than `durationMs` from now. */
export async function noSoonerThan<T>(durationMs: number, work: Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work, delay(durationMs)])
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}

/** After exactly `durationMs`: a failure that came by then is thrown, slower work is left to finish by itself. */
export async function afterExactly(durationMs: number, work: Promise<void>): Promise<void> {
  await noSoonerThan(durationMs, Promise.race([work, delay(durationMs)]))
}
