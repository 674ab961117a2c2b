/**
 * Owns the counting of views and downloads: counts in memory and writes them in batches, so that a popular package is
 * never a hot row. They are written when the server is told to end, too; what is lost when a process is killed is up to
 * one interval of statistics, not money.
 */
import 'server-only'
import { log } from '#lib/platform/log'
import { type ActivityCount, addActivity } from './data.ts'

const FLUSH_INTERVAL_MS = 5_000
const END_PATIENCE_MS = 2_000
/** Beyond this many packages in one interval further ones wait uncounted rather than fill the memory. */
const MAX_BUFFERED_PACKAGES = 10_000

const counts = new Map<string, ActivityCount>()
let timer: NodeJS.Timeout | undefined
let listensForEnd = false
let isEnding = false

export function countActivity(handle: string, activity: 'views' | 'downloads'): void {
  let known = counts.get(handle)
  if (!known && counts.size < MAX_BUFFERED_PACKAGES) {
    known = { handle, views: 0, downloads: 0 }
    counts.set(handle, known)
  }
  if (known) known[activity] += 1
  armTimer()
  flushAtEnd()
}

/** Writes what has been counted. When the database is away the counts are kept for the next flush. */
export async function flushActivity(): Promise<void> {
  clearTimeout(timer)
  timer = undefined
  const batch = [...counts.values()]
  counts.clear()
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
    if (!isEnding) armTimer()
  }
}

function armTimer(): void {
  timer ??= setTimeout(() => void flushActivity(), isEnding ? 0 : FLUSH_INTERVAL_MS).unref()
}

/** Next ends the process as soon as its server is closed: that end waits for the writing, within reason. */
function flushForGood(): void {
  isEnding = true
  const patience = new Promise((resolve) => setTimeout(resolve, END_PATIENCE_MS).unref())
  const flushed = Promise.race([flushActivity(), patience])
  const exit = process.exit.bind(process)
  const exitWhenWritten = (code?: Parameters<typeof exit>[0]) => void flushed.finally(() => exit(code))
  process.exit = exitWhenWritten as typeof process.exit
}

/** Makes the next flush come at once when the server is told to end. */
function flushAtEnd(): void {
  if (listensForEnd) return
  listensForEnd = true
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Where nobody else ends the process, listening would keep it from ending at all.
    if (process.listenerCount(signal) > 0) process.once(signal, flushForGood)
  }
}
