/**
 * Owns adding sales to the counters of their packages soon after they happen, in batches, and calling back the pages that
 * show them: once a second however many are sold. A sale is noted in its own transaction; this only shortens the minute
 * until the background task adds up what is noted.
 */
import 'server-only'
import { packageTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { log } from '#lib/platform/log'
import { countPendingSales } from './data.ts'

const DELAY_MS = 1_000

let timer: NodeJS.Timeout | undefined
let sold = new Set<string>()

/** A package was sold or taken back: its counts and the seats that are left are shown anew within about a second. */
export function countSalesSoon(handle: string): void {
  sold.add(packageTag(handle))
  timer ??= setTimeout(() => void countSalesNow(), DELAY_MS).unref()
}

/** What waits for that, at once: for the end of the process. */
export async function countSalesNow(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  if (sold.size === 0) return
  const tags = [...sold]
  sold = new Set()
  try {
    await countPendingSales()
  } catch (error) {
    log.warn({ err: error }, 'sales are counted by the next minute instead')
  }
  // Also when they could not be counted: seats are taken by the sale itself.
  purge(tags)
}
