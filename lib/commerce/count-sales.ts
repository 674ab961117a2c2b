/**
 * Owns adding sales to the counters of their packages soon after they happen, in batches. A sale is noted in its own
 * transaction; this only shortens the minute until the background task adds up what is noted.
 */
import 'server-only'
import { log } from '#lib/platform/log'
import { countPendingSales } from './data.ts'

const DELAY_MS = 1_000

let timer: NodeJS.Timeout | undefined

export function countSalesSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined
    countPendingSales().catch((error: unknown) => {
      log.warn({ err: error }, 'sales are counted by the next minute instead')
    })
  }, DELAY_MS).unref()
}
