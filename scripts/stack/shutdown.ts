/** Ends the program on Ctrl-C and its kin: in order once, by force when asked again. */
import { closeAllChildren } from './child.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const GRACE_MS = 4000
const PARENT_CHECK_MS = 500
/** A terminal and npm may both deliver one Ctrl-C. */
const SAME_SIGNAL_MS = 400

export type Shutdown = {
  /** Registers what to stop; the last registered is stopped first. */
  onStop: (step: () => Promise<void>) => void
  /** Stops everything and exits. */
  exit: (code: number) => Promise<never>
  isStopping: () => boolean
}

export function installShutdown(say: (line: string) => void): Shutdown {
  const steps: (() => Promise<void>)[] = []
  let stopping: Promise<never> | undefined
  let askedAt = 0

  const stop = async (code: number): Promise<never> => {
    // Whatever hangs, the children end in time and the program with them.
    const deadline = setTimeout(() => void closeAllChildren(500).finally(() => process.exit(1)), GRACE_MS)
    for (const step of steps.reverse()) {
      await step().catch((error: unknown) => say(`while stopping: ${String(error)}`))
    }
    await closeAllChildren(GRACE_MS)
    clearTimeout(deadline)
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
  process.on('uncaughtException', (error) => {
    say(`Stopping after an unexpected error: ${error.stack ?? error.message}`)
    void exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    say(`Unexpected: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}`)
  })
  return { onStop: (step) => void steps.push(step), exit, isStopping: () => stopping !== undefined }
}
