/**
 * Owns the job runner: graphile-worker on the product's own Postgres. It knows no feature: callers bring the tasks.
 *
 * A task must be safe to repeat and must find its own work in the database: a job is a nudge, not a message. A process
 * that is killed leaves its job locked for hours, and the next nudge (or the schedule) does the work instead.
 */
import 'server-only'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger, parseCronItems, run, type Runner } from 'graphile-worker'
import { Pool } from 'pg'
import { env } from './env.ts'
import { log } from './log.ts'

export interface Task {
  /** `feature:verb`. */
  name: string
  /** When it runs by itself, as cron writes it, in UTC. */
  schedule: string
  run: () => Promise<unknown>
}

const CONCURRENCY = 2
const POLL_MS = 5_000
const RESTART_MS = 3_000

/** Answers how to stop: it waits for the running tasks. Outlives the database: it begins anew when that is back. */
export function startJobs(tasks: readonly Task[]): () => Promise<void> {
  const stopping = new AbortController()
  let runner: Runner | undefined
  const pool = createPool()
  const running = keepRunning(pool, tasks, stopping.signal, (next) => (runner = next))
  return async () => {
    stopping.abort()
    await runner?.stop().catch(() => undefined)
    await running
    await pool.end()
  }
}

async function keepRunning(
  pool: Pool,
  tasks: readonly Task[],
  stopped: AbortSignal,
  onRunner: (runner: Runner) => void,
): Promise<void> {
  while (!stopped.aborted) {
    try {
      const runner = await startRunner(pool, tasks)
      onRunner(runner)
      if (stopped.aborted) await runner.stop()
      await runner.promise
    } catch (error) {
      if (!stopped.aborted) log.warn({ err: error }, 'the job runner stopped and begins again')
    }
    await sleep(RESTART_MS, undefined, { signal: stopped }).catch(() => undefined)
  }
}

async function startRunner(pool: Pool, tasks: readonly Task[]): Promise<Runner> {
  return await run({
    pgPool: pool,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger,
    taskList: Object.fromEntries(tasks.map((task) => [task.name, () => runTask(task)])),
    parsedCronItems: parseCronItems(
      tasks.map(({ name, schedule }) => ({
        task: name,
        match: schedule,
        identifier: name,
        // One waiting run of a task is enough, however long the runner was away.
        options: { backfillPeriod: 0, jobKey: name, maxAttempts: 3 },
      })),
    ),
  })
}

async function runTask({ name, run: work }: Task): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.error({ err: error, task: name }, 'task failed')
    throw error
  }
}

/**
 * The runner works as the service, whose rights the migration step grants (`scripts/stack/install-jobs.ts`). The pool
 * outlives each runner and listens for the errors of all its connections: one that the database ends while nobody uses
 * it would otherwise end the process.
 */
function createPool(): Pool {
  const { DATABASE_URL, JOBS_DATABASE_URL } = env()
  const pool = new Pool({
    connectionString: JOBS_DATABASE_URL ?? DATABASE_URL,
    application_name: 'souk-jobs',
    options: '-c role=service_role',
    max: CONCURRENCY + 1,
    connectionTimeoutMillis: 5_000,
  })
  const note = (error: Error) => log.debug({ err: error }, 'a connection of the job runner ended')
  pool.on('error', note)
  pool.on('connect', (client) => client.on('error', note))
  return pool
}

const logger = new Logger(() => (level, message) => {
  // Each job is announced as "info"; the tasks themselves say what matters.
  if (level === 'error') log.error(message)
  else if (level === 'warning') log.warn(message)
  else log.trace(message)
})
