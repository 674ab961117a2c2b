/**
 * Owns a few worker threads that each do one job at a time, under a deadline, for callers who take turns. It knows no
 * job: a thread's file says `ready`, then answers each message with one.
 */
import 'server-only'
import { Worker } from 'node:worker_threads'

export interface WorkerPoolOptions {
  /** Absolute path of a file that plain Node can run. */
  file: string
  size: number
  /** From the moment a thread begins with the job. */
  deadlineMs: number
  /** How long a job may wait for a thread. */
  waitMs: number
  maxWaiting: number
  /** Of one caller, so that nobody fills the queue alone. */
  maxWaitingPerCaller: number
}

/** The job was ended: it took longer than the deadline or more memory than a thread has. */
export class JobEnded extends Error {
  override readonly name = 'JobEnded'
}

/** The job was never begun: too many wait, or it waited too long. */
export class PoolBusy extends Error {
  override readonly name = 'PoolBusy'
}

export interface WorkerPool<Input, Output> {
  /** @throws JobEnded, PoolBusy, or the error for which no thread can be started. */
  run: (caller: string, input: Input) => Promise<Output>
  /** Starts the threads and waits until they are ready. */
  warm: () => Promise<void>
  close: () => Promise<void>
}

interface Job<Input, Output> {
  caller: string
  input: Input
  resolve: (output: Output) => void
  reject: (error: Error) => void
  waitTimer: NodeJS.Timeout
}

interface Thread<Input, Output> {
  worker: Worker
  isReady: boolean
  job: Job<Input, Output> | null
  deadline: NodeJS.Timeout | null
}

/** Added to the wait while no thread has started: that is the machine's doing, not the queue's. */
const START_GRACE_MS = 15_000
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

export function createWorkerPool<Input, Output>(options: WorkerPoolOptions): WorkerPool<Input, Output> {
  type ThisJob = Job<Input, Output>
  type ThisThread = Thread<Input, Output>
  const threads = new Set<ThisThread>()
  /** In the order of whose turn it is. */
  const waiting = new Map<string, ThisJob[]>()
  const onReady = new Set<() => void>()
  let waitingCount = 0
  let isClosed = false

  function startThread(): void {
    const worker = new Worker(/* turbopackIgnore: true */ options.file, {
      execArgv: ['--conditions=react-server', '--disable-warning=ExperimentalWarning'],
      // A thread reads what strangers wrote: it gets no settings, least of all secrets.
      env: {},
      resourceLimits: RESOURCE_LIMITS,
    })
    const thread: ThisThread = { worker, isReady: false, job: null, deadline: null }
    threads.add(thread)
    worker.on('message', (message: unknown) => receive(thread, message))
    worker.on('error', (error: unknown) => {
      remove(thread, error instanceof Error ? error : new Error(String(error)))
    })
    worker.on('exit', () => remove(thread, new Error('The thread ended by itself')))
    if (waitingCount === 0) worker.unref()
  }

  function receive(thread: ThisThread, message: unknown): void {
    if (!thread.isReady) {
      thread.isReady = true
      for (const tell of onReady) tell()
    } else {
      if (thread.deadline) clearTimeout(thread.deadline)
      const { job } = thread
      thread.job = null
      thread.deadline = null
      job?.resolve(message as Output)
    }
    dispatch()
  }

  /** Lets go of a thread that has ended or must; its job fails, the others get a new thread. */
  function remove(thread: ThisThread, error: Error): void {
    if (!threads.delete(thread)) return
    if (thread.deadline) clearTimeout(thread.deadline)
    void thread.worker.terminate()
    thread.job?.reject(new JobEnded(error.message, { cause: error }))
    if (isClosed) return
    if (thread.isReady) {
      startThread()
      dispatch()
    } else {
      // What does not even start would not start again: whoever waits is told, the next job tries anew.
      for (const job of takeAll()) job.reject(error)
      for (const tell of onReady) tell()
    }
  }

  function dispatch(): void {
    for (const thread of threads) {
      if (!thread.isReady || thread.job) continue
      const job = takeNext()
      if (!job) {
        // An idle thread keeps no program running.
        thread.worker.unref()
        continue
      }
      thread.job = job
      thread.worker.ref()
      thread.deadline = setTimeout(() => {
        remove(thread, new Error(`The job took more than ${options.deadlineMs} ms`))
      }, options.deadlineMs)
      thread.worker.postMessage(job.input)
    }
  }

  function takeNext(): ThisJob | undefined {
    for (const [caller, jobs] of waiting) {
      const job = jobs.shift()
      waiting.delete(caller)
      if (jobs.length > 0) waiting.set(caller, jobs)
      if (job) return leave(job)
    }
    return undefined
  }

  function takeAll(): ThisJob[] {
    const jobs = [...waiting.values()].flat()
    waiting.clear()
    return jobs.map(leave)
  }

  function leave(job: ThisJob): ThisJob {
    clearTimeout(job.waitTimer)
    waitingCount -= 1
    return job
  }

  function fill(): void {
    while (threads.size < options.size) startThread()
  }

  return {
    run(caller, input) {
      return new Promise((resolve, reject) => {
        const mine = waiting.get(caller) ?? []
        if (isClosed || waitingCount >= options.maxWaiting || mine.length >= options.maxWaitingPerCaller) {
          reject(new PoolBusy('Too many jobs wait'))
          return
        }
        fill()
        const hasStarted = [...threads].some(({ isReady }) => isReady)
        const waitMs = options.waitMs + (hasStarted ? 0 : START_GRACE_MS)
        const job: ThisJob = {
          caller,
          input,
          resolve,
          reject,
          waitTimer: setTimeout(() => {
            const rest = (waiting.get(caller) ?? []).filter((other) => other !== job)
            if (rest.length > 0) waiting.set(caller, rest)
            else waiting.delete(caller)
            leave(job)
            reject(new PoolBusy('The job waited too long'))
          }, waitMs),
        }
        waiting.set(caller, [...mine, job])
        waitingCount += 1
        for (const { worker, isReady } of threads) if (!isReady) worker.ref()
        dispatch()
      })
    },
    async warm() {
      fill()
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if ([...threads].some(({ isReady }) => !isReady)) return
          onReady.delete(check)
          resolve()
        }
        onReady.add(check)
        check()
      })
    },
    async close() {
      isClosed = true
      for (const job of takeAll()) job.reject(new PoolBusy('The pool is closed'))
      const ending = [...threads]
      for (const thread of ending) remove(thread, new Error('The pool was closed'))
      await Promise.all(ending.map(({ worker }) => worker.terminate()))
    },
  }
}
