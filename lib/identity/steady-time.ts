/** Owns answers whose duration says nothing: whether an address has an account must not be read off a clock. */
import 'server-only'
import { setTimeout as delay } from 'node:timers/promises'

export const STEADY_MS = 1_000

/**
 * Answers once `durationMs` have passed: with what `work` came to, or with `whenLate` when it still runs, in which case it
 * is left to finish. A failure that comes in time is thrown, also no sooner than that.
 */
export async function steadily<T, Late>(
  work: Promise<T>,
  whenLate: Late,
  durationMs = STEADY_MS,
): Promise<T | Late> {
  const [settled] = await Promise.all([
    Promise.race([
      work.then(
        (value) => ({ ok: true as const, value }),
        (error: unknown) => ({ ok: false as const, error }),
      ),
      delay(durationMs).then(() => null),
    ]),
    delay(durationMs),
  ])
  if (settled === null) return whenLate
  if (settled.ok) return settled.value
  throw settled.error
}
