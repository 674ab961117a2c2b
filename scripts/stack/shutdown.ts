/** Ends the program on Ctrl-C and its kin: in order once, by force when asked again. */
import { setTimeout as delay } from 'node:timers/promises'
import { closeAllChildren } from './child.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** For children that no step stops: those of a start that was broken off. */
const GRACE_MS = 4000
const PARENT_CHECK_MS = 500
/** A terminal and npm may both deliver one Ctrl-C. */
const SAME_SIGNAL_MS = 400

export type Shutdown = {
  /** Registers what to stop; the last registered is stopped first. One that takes longer is not waited for. */
  onStop: (step: () => Promise<void>, withinMs: number) => void
  /** Stops everything and exits. */
  exit: (code: number) => Promise<never>
  isStopping: () => boolean
}

export function installShutdown(say: (line: string) => void): Shutdown {
  const steps: { step: () => Promise<void>; withinMs: number }[] = []
  let stopping: Promise<never> | undefined
  let askedAt = 0

  // Each step has its own time and all of it: none is cut short because those before took theirs.
  const stop = async (code: number): Promise<never> => {
    for (const { step, withinMs } of steps.reverse()) {
      const overtime = new AbortController()
      const late = delay(withinMs, undefined, { signal: overtime.signal }).then(() => {
        throw new Error(`something did not end within ${withinMs} ms`)
      })
      await Promise.race([step(), late]).catch((error: unknown) => say(`while stopping: ${String(error)}`))
      overtime.abort()
      late.catch(() => undefined)
    }
    await closeAllChildren(GRACE_MS)
    process.exit(code)
  }
  const exit = (code: number) => (stopping ??= stop(code))

  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) {
        if (performance.now() - askedAt < SAME_SIGNAL_MS) return
        say('Stopping at once.')
        void closeAllChildren(0).finally(() => process.exit(1))
        return
      }
      askedAt = performance.now()
      say('Stopping …')
      void exit(0)
    })
  }
  // npm passes a signal to the shell between it and us, which ends without passing it on.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) void exit(0)
    }, PARENT_CHECK_MS).unref()
  }
  // Whoever read what is printed has gone: that is no reason to print that it is.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  process.on('uncaughtException', (error) => {
    say(`Stopping after an unexpected error: ${error.stack ?? error.message}`)
    void exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    say(`Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`)
  })
  return {
    onStop: (step, withinMs) => void steps.push({ step, withinMs }),
    exit,
    isStopping: () => stopping !== undefined,
  }
}
