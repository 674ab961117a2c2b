/**
 * Owns the counting of views and downloads: counts in memory and writes them in batches, so that a popular package is
 * never a hot row. Up to one interval of counts is lost when the process dies; they are statistics, not money.
 */
import 'server-only'
import { log } from '#lib/platform/log'
import { type ActivityCount, addActivity } from './data.ts'

const FLUSH_INTERVAL_MS = 5_000
/** Beyond this many packages in one interval further ones wait uncounted rather than fill the memory. */
const MAX_BUFFERED_PACKAGES = 10_000

const counts = new Map<string, ActivityCount>()
let timer: NodeJS.Timeout | undefined

/** Sales are counted in the transaction that makes them; here they only bring the package's card up to date. */
export function countActivity(handle: string, activity: 'views' | 'downloads' | 'sales'): void {
  let known = counts.get(handle)
  if (!known && counts.size < MAX_BUFFERED_PACKAGES) {
    known = { handle, views: 0, downloads: 0 }
    counts.set(handle, known)
  }
  if (known && activity !== 'sales') known[activity] += 1
  timer ??= setTimeout(() => void flushActivity(), FLUSH_INTERVAL_MS).unref()
}

/** Writes what has been counted. When the database is away the counts are kept for the next flush. */
export async function flushActivity(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const batch = [...counts.values()]
  if (batch.length === 0) return
  counts.clear()
  try {
    await addActivity(batch)
  } catch (error) {
    log.warn({ err: error, packages: batch.length }, 'activity counts kept for the next flush')
    for (const { handle, views, downloads } of batch) {
      const newer = counts.get(handle)
      counts.set(handle, {
        handle,
        views: views + (newer?.views ?? 0),
        downloads: downloads + (newer?.downloads ?? 0),
      })
    }
    timer ??= setTimeout(() => void flushActivity(), FLUSH_INTERVAL_MS).unref()
  }
}
