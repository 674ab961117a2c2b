import 'server-only'
import { tend } from './data.ts'

/** As many as one call of the database looks at of each kind. */
const BATCH = 500
/** The task runs every minute; what is left then is the next one's. */
const LONGEST_MS = 50_000

/**
 * Ends holds whose time is over, makes payable what was held long enough, counts sales: batch by batch, until nothing is
 * due. What fails is undone alone and shown to operators. Safe to repeat.
 */
export async function tendCommerce(): Promise<Record<string, number>> {
  const stopAt = performance.now() + LONGEST_MS
  const all: Record<string, number> = {}
  for (;;) {
    const done = await tend()
    for (const [name, count] of Object.entries(done)) all[name] = (all[name] ?? 0) + count
    const { expiredHolds = 0, releasedEarnings = 0, forgottenKeys = 0 } = done
    const isMore = Math.max(expiredHolds, releasedEarnings, forgottenKeys) >= BATCH
    if (!isMore || performance.now() > stopAt) return all
  }
}
