/** Calls edge functions on a schedule, as Supabase Cron does for a hosted project. A run never overlaps itself. */

export type ScheduledJob = { functionName: string; everyMs: number }

export type SchedulerOptions = {
  supabaseUrl: string
  secretKey: string
  jobs: readonly ScheduledJob[]
  /** Functions that exist now; a job for another one is skipped. */
  functionNames: () => Promise<readonly string[]>
  report: (line: string) => void
  firstRunMs?: number
}

const TIMEOUT_MS = 120_000

export const DEFAULT_JOBS: readonly ScheduledJob[] = [{ functionName: 'refresh-views', everyMs: 5 * 60_000 }]

async function call(options: SchedulerOptions, name: string): Promise<void> {
  const response = await fetch(`${options.supabaseUrl}/functions/v1/${name}`, {
    method: 'POST',
    headers: {
      apikey: options.secretKey,
      authorization: `Bearer ${options.secretKey}`,
      'content-type': 'application/json',
    },
    body: '{}',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`)
}

/** Answers a function that stops the schedule. */
export function startScheduler(options: SchedulerOptions): () => void {
  let isStopped = false
  const timers = new Map<string, NodeJS.Timeout>()

  const plan = (job: ScheduledJob, afterMs: number) => {
    if (isStopped) return
    const timer = setTimeout(() => void run(job), afterMs)
    timer.unref()
    timers.set(job.functionName, timer)
  }

  const run = async (job: ScheduledJob) => {
    const startedAt = Date.now()
    try {
      if ((await options.functionNames()).includes(job.functionName)) await call(options, job.functionName)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (!isStopped) options.report(`scheduled ${job.functionName} failed: ${reason}`)
    }
    // The next run is planned when this one is done: however long it takes, it never meets itself.
    plan(job, Math.max(0, job.everyMs - (Date.now() - startedAt)))
  }

  for (const job of options.jobs) plan(job, options.firstRunMs ?? 500)
  return () => {
    isStopped = true
    for (const timer of timers.values()) clearTimeout(timer)
  }
}
