/** Keeps one child alive: restarts it with back-off when it ends unasked, and says so in one line. */
import { setTimeout as delay } from 'node:timers/promises'
import { isClosingChildren } from './child.ts'
import type { ChildExit, ManagedChild } from './child.ts'

export type SupervisorOptions = {
  name: string
  /** Starts the child and answers once it serves. */
  start: () => Promise<ManagedChild>
  report: (line: string) => void
  minDelayMs?: number
  maxDelayMs?: number
}

export type Supervised = {
  /** The running child; undefined while it is being restarted. */
  current: () => ManagedChild | undefined
  stop: (signal?: NodeJS.Signals, graceMs?: number) => Promise<void>
}

/** A child that served this long is healthy: its next crash starts the back-off anew. */
const HEALTHY_MS = 30_000

export function describeExit({ code, signal }: ChildExit): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`
}

export async function supervise(options: SupervisorOptions): Promise<Supervised> {
  const { name, start, report, minDelayMs = 200, maxDelayMs = 5000 } = options
  const stopping = new AbortController()
  let current: ManagedChild | undefined = await start()
  let startedAt = performance.now()
  let delayMs = minDelayMs
  let stopWith: [signal?: NodeJS.Signals, graceMs?: number] = []

  const restart = async () => {
    while (!stopping.signal.aborted && !isClosingChildren()) {
      await delay(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      delayMs = Math.min(delayMs * 2, maxDelayMs)
      const restartedAt = performance.now()
      try {
        const child = await start()
        // Asked to stop meanwhile: this child is the one to stop.
        if (stopping.signal.aborted) return void (await child.stop(...stopWith))
        startedAt = performance.now()
        current = child
        report(`${name} serves again (${Math.round(startedAt - restartedAt)} ms).`)
        return
      } catch (error) {
        const [reason] = (error instanceof Error ? error.message : String(error)).split('\n')
        report(`${name} did not restart, trying again in ${delayMs} ms: ${reason}`)
      }
    }
  }

  const watch = async () => {
    while (current) {
      const exit = await current.exited
      current = undefined
      if (stopping.signal.aborted || isClosingChildren()) return
      if (performance.now() - startedAt > HEALTHY_MS) delayMs = minDelayMs
      report(`${name} ${describeExit(exit)}; restarting.`)
      await restart()
    }
  }
  const watching = watch()

  return {
    current: () => current,
    async stop(...how) {
      stopWith = how
      stopping.abort()
      await current?.stop(...how)
      await watching
    },
  }
}
