/**
 * Owns a few worker threads that each do one job at a time, under a deadline, for callers who take turns. It knows no
 * job: a thread's file says `ready`, then answers each message with one.
 */
import 'server-only'
import { Worker } from 'node:worker_threads'
import { type ThreadTime, watchThread } from './thread-watch.ts'

/** Times of a job, from the moment a thread begins with it, and how many there may be. */
export interface WorkerPoolOptions extends ThreadTime {
  /** Absolute path of a file that plain Node can run. */
  file: string
  /** How many jobs are done at a time. */
  size: number
  /** Threads kept ready besides, so that one that has to be ended is replaced before it is. */
  spares: number
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

/** The job is not to blame: too many wait, it waited too long, or the machine left its thread no time. */
export class PoolBusy extends Error {
  override readonly name = 'PoolBusy'
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
  stopWatch: (() => void) | null
}

/** Added to the wait while no thread has started: that is the machine's doing, not the queue's. */
const START_GRACE_MS = 15_000
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

export class WorkerPool<Input, Output> {
  readonly #options: WorkerPoolOptions
  readonly #threads = new Set<Thread<Input, Output>>()
  /** In the order of whose turn it is. */
  readonly #waiting = new Map<string, Job<Input, Output>[]>()
  readonly #onReady = new Set<() => void>()
  #waitingCount = 0
  #isClosed = false

  constructor(options: WorkerPoolOptions) {
    this.#options = options
  }

  /** @throws JobEnded, PoolBusy, or the error for which no thread can be started. */
  run(caller: string, input: Input): Promise<Output> {
    return new Promise((resolve, reject) => {
      const { maxWaiting, maxWaitingPerCaller } = this.#options
      const mine = this.#waiting.get(caller) ?? []
      if (this.#isClosed || this.#waitingCount >= maxWaiting || mine.length >= maxWaitingPerCaller) {
        reject(new PoolBusy('Too many jobs wait'))
        return
      }
      this.#fill()
      const hasStarted = [...this.#threads].some(({ isReady }) => isReady)
      const waitMs = this.#options.waitMs + (hasStarted ? 0 : START_GRACE_MS)
      const waitTimer = setTimeout(() => this.#giveUp(job), waitMs)
      const job: Job<Input, Output> = { caller, input, resolve, reject, waitTimer }
      this.#waiting.set(caller, [...mine, job])
      this.#waitingCount += 1
      for (const { worker, isReady } of this.#threads) if (!isReady) worker.ref()
      this.#dispatch()
    })
  }

  /** Starts the threads and waits until they are ready, or cannot be. */
  async warm(): Promise<void> {
    this.#fill()
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if ([...this.#threads].some(({ isReady }) => !isReady)) return
        this.#onReady.delete(check)
        resolve()
      }
      this.#onReady.add(check)
      check()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    for (const job of this.#takeAll()) job.reject(new PoolBusy('The pool is closed'))
    const ending = [...this.#threads]
    for (const thread of ending) this.#remove(thread, new Error('The pool was closed'))
    await Promise.all(ending.map(({ worker }) => worker.terminate()))
  }

  #fill(): void {
    const { size, spares } = this.#options
    while (this.#threads.size < size + spares) this.#startThread()
  }

  #startThread(): void {
    const worker = new Worker(/* turbopackIgnore: true */ this.#options.file, {
      execArgv: ['--conditions=react-server', '--disable-warning=ExperimentalWarning'],
      // A thread reads what strangers wrote: it gets no settings, least of all secrets.
      env: {},
      resourceLimits: RESOURCE_LIMITS,
    })
    const thread: Thread<Input, Output> = { worker, isReady: false, job: null, stopWatch: null }
    this.#threads.add(thread)
    worker.on('message', (message: unknown) => this.#receive(thread, message))
    worker.on('error', (error: unknown) => {
      this.#remove(thread, error instanceof Error ? error : new Error(String(error)))
    })
    worker.on('exit', () => this.#remove(thread, new Error('The thread ended by itself')))
    if (this.#waitingCount === 0) worker.unref()
  }

  #receive(thread: Thread<Input, Output>, message: unknown): void {
    if (!thread.isReady) {
      thread.isReady = true
      for (const tell of this.#onReady) tell()
    } else {
      thread.stopWatch?.()
      const { job } = thread
      thread.job = null
      thread.stopWatch = null
      job?.resolve(message as Output)
    }
    this.#dispatch()
  }

  /** Lets go of a thread that has ended or must; its job fails, the others get a new thread. */
  #remove(thread: Thread<Input, Output>, error: Error): void {
    if (!this.#threads.delete(thread)) return
    thread.stopWatch?.()
    void thread.worker.terminate()
    thread.job?.reject(error instanceof PoolBusy ? error : new JobEnded(error.message, { cause: error }))
    if (this.#isClosed) return
    if (thread.isReady) {
      this.#startThread()
      this.#dispatch()
    } else {
      // What does not even start would not start again: whoever waits is told, the next job tries anew.
      for (const job of this.#takeAll()) job.reject(error)
      for (const tell of this.#onReady) tell()
    }
  }

  #dispatch(): void {
    const { size } = this.#options
    let freeCount = size - [...this.#threads].filter(({ job }) => job !== null).length
    for (const thread of this.#threads) {
      if (!thread.isReady || thread.job) continue
      const job = freeCount > 0 ? this.#takeNext() : undefined
      if (!job) {
        // An idle thread keeps no program running.
        thread.worker.unref()
        continue
      }
      freeCount -= 1
      thread.job = job
      thread.worker.ref()
      thread.stopWatch = watchThread(thread.worker, this.#options, (how) => {
        const { deadlineMs } = this.#options
        this.#remove(
          thread,
          how === 'over'
            ? new Error(`The job took more than ${deadlineMs} ms`)
            : new PoolBusy('The machine left the job no time'),
        )
      })
      thread.worker.postMessage(job.input)
    }
  }

  #takeNext(): Job<Input, Output> | undefined {
    for (const [caller, jobs] of this.#waiting) {
      const job = jobs.shift()
      this.#waiting.delete(caller)
      if (jobs.length > 0) this.#waiting.set(caller, jobs)
      if (job) return this.#leave(job)
    }
    return undefined
  }

  #takeAll(): Job<Input, Output>[] {
    const jobs = [...this.#waiting.values()].flat()
    this.#waiting.clear()
    return jobs.map((job) => this.#leave(job))
  }

  #giveUp(job: Job<Input, Output>): void {
    const rest = (this.#waiting.get(job.caller) ?? []).filter((other) => other !== job)
    if (rest.length > 0) this.#waiting.set(job.caller, rest)
    else this.#waiting.delete(job.caller)
    this.#leave(job)
    job.reject(new PoolBusy('The job waited too long'))
  }

  #leave(job: Job<Input, Output>): Job<Input, Output> {
    clearTimeout(job.waitTimer)
    this.#waitingCount -= 1
    return job
  }
}
