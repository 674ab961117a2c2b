/**
 * Owns the counting of views and downloads: counts in memory and writes them in batches, so that a popular package is
 * never a hot row. They are written when the server is told to end, too; what is lost when a process is killed is up to
 * one interval of statistics, not money.
 */
import 'server-only'
import { after } from 'next/server'
import { log } from '#lib/platform/log'
import { type ActivityCount, addActivity } from './data.ts'

const FLUSH_INTERVAL_MS = 5_000
/** Beyond this many packages in one interval further ones wait uncounted rather than fill the memory. */
const MAX_BUFFERED_PACKAGES = 10_000

const counts = new Map<string, ActivityCount>()
let timer: NodeJS.Timeout | undefined
let listensForEnd = false
let isEnding = false
/** Tells those who wait for the flush that it is over. */
let written: () => void = () => undefined

/** Sales are counted in the transaction that makes them; here they only bring the package's card up to date. */
export function countActivity(handle: string, activity: 'views' | 'downloads' | 'sales'): void {
  let known = counts.get(handle)
  if (!known && counts.size < MAX_BUFFERED_PACKAGES) {
    known = { handle, views: 0, downloads: 0 }
    counts.set(handle, known)
  }
  if (known && activity !== 'sales') known[activity] += 1
  if (!timer) {
    armTimer()
    holdShutdown()
  }
}

/** Writes what has been counted. When the database is away the counts are kept for the next flush. */
export async function flushActivity(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const batch = [...counts.values()]
  counts.clear()
  const tellWritten = written
  try {
    if (batch.length > 0) await addActivity(batch)
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
    armTimer()
  } finally {
    tellWritten()
  }
}

function armTimer(): void {
  timer ??= setTimeout(() => void flushActivity(), isEnding ? 0 : FLUSH_INTERVAL_MS).unref()
}

function flushForGood(): void {
  isEnding = true
  void flushActivity()
}

/** Has Next wait for the next flush before it ends, and makes that flush come at once when it is told to. */
function holdShutdown(): void {
  if (!listensForEnd) {
    listensForEnd = true
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      // Where nobody else ends the process, listening would keep it from ending at all.
      if (process.listenerCount(signal) > 0) process.once(signal, flushForGood)
    }
  }
  const flushed = new Promise<void>((resolve) => {
    written = resolve
  })
  try {
    after(flushed)
  } catch {
    // Not in a request: a script or a test, which flushes by itself.
  }
}
