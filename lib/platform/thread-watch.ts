/**
 * Owns telling when a thread has had its time: by the clock on a machine that leaves it a processor, by processor time on
 * one that does not. It ends nothing itself.
 */
import 'server-only'
import type { Worker } from 'node:worker_threads'
import { orAfter } from './or-after.ts'

export interface ThreadTime {
  /** What the work may take, from now. */
  deadlineMs: number
  /** What it may take on the clock, however little the machine leaves the thread. */
  starvedMs: number
}

/** Most work is done before its processor time is measured at all, and pays nothing for that. */
const MEASURED_FROM_MS = 50
const MEASURED_EVERY_MS = 50
/** Of the time on the clock, what a thread that nobody disturbs has had of a processor. */
const UNDISTURBED_SHARE = 0.75

/**
 * Calls `end` once: `over` when the work has had its time, `starved` when the machine did not give it that.
 * @returns stops watching
 */
export function watchThread(
  worker: Worker,
  { deadlineMs, starvedMs }: ThreadTime,
  end: (how: 'over' | 'starved') => void,
): () => void {
  const startedAt = performance.now()
  const measuredFromMs = Math.min(MEASURED_FROM_MS, deadlineMs / 2)
  const enoughMs = (deadlineMs - measuredFromMs) * UNDISTURBED_SHARE
  let isWatching = true
  let timer: NodeJS.Timeout
  let beforeMs: number | undefined

  async function look(): Promise<void> {
    const cpu = await measure(worker)
    if (!isWatching) return
    const tookMs = performance.now() - startedAt
    if (typeof cpu === 'number') beforeMs ??= cpu
    // A thread that does not answer has no processor or takes one long step: both get the longer time.
    const usedMs = typeof cpu === 'number' && beforeMs !== undefined ? cpu - beforeMs : 0
    const isOver = tookMs >= deadlineMs && (usedMs >= enoughMs || cpu === 'untold')
    if (isOver || tookMs >= starvedMs) {
      isWatching = false
      end(isOver ? 'over' : 'starved')
      return
    }
    timer = setTimeout(() => void look(), Math.max(deadlineMs - tookMs, MEASURED_EVERY_MS))
  }

  timer = setTimeout(() => void look(), measuredFromMs)
  return () => {
    isWatching = false
    clearTimeout(timer)
  }
}

/** Milliseconds of processor time that a thread has used so far; `untold` where Node, before 24.6, cannot say. */
async function measure(worker: Worker): Promise<number | 'untold' | 'silent'> {
  const { cpuUsage } = worker as { cpuUsage?: Worker['cpuUsage'] }
  if (!cpuUsage) return 'untold'
  const used = cpuUsage.call(worker).then(
    ({ user, system }) => (user + system) / 1000,
    // It has ended by itself, of which the pool hears.
    () => 'silent' as const,
  )
  return await orAfter(MEASURED_EVERY_MS, used, 'silent' as const)
}
