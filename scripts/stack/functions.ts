/**
 * The edge functions by name: each started on its first call, ended when idle. Only folders that hold an `index.ts`
 * are functions; a name from outside is looked up among them and never becomes a path.
 */
import { access, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { startFunctionProcess } from './function-process.ts'
import type { FunctionProcess, FunctionProcessOptions } from './function-process.ts'
import { describeExit } from './supervisor.ts'

export type EdgeFunctionsOptions = FunctionProcessOptions & {
  report: (line: string) => void
  idleMs?: number
}

export type EdgeFunctions = {
  names: () => Promise<string[]>
  /** The port of the function, started if needed; undefined where there is no such function. */
  portOf: (name: string) => Promise<number | undefined>
  /** Ends a function that does not answer; its next call starts it anew. */
  discard: (name: string) => Promise<void>
  /** The pid of a running function, for tests and status. */
  pidOf: (name: string) => number | undefined
  stop: () => Promise<void>
}

type RunningFunction = FunctionProcess & { usedAt: number }

const NAME = /^[a-z0-9][a-z0-9_-]*$/i
/** Shorter than the schedule's interval: a start costs a tenth of a second, an idle process some forty megabytes. */
const DEFAULT_IDLE_MS = 2 * 60_000
/** A function that failed to start is not tried again at once. */
const START_RETRY_MS = 1000

export function createEdgeFunctions(options: EdgeFunctionsOptions): EdgeFunctions {
  const { functionsDir, report, idleMs = DEFAULT_IDLE_MS } = options
  const running = new Map<string, RunningFunction>()
  const starting = new Map<string, Promise<RunningFunction>>()
  const failedAt = new Map<string, number>()
  let isStopped = false

  const names = async () => {
    const entries = await readdir(functionsDir, { withFileTypes: true }).catch(() => [])
    const folders = entries.filter((entry) => entry.isDirectory() && NAME.test(entry.name))
    const found = await Promise.all(
      folders.map(({ name }) =>
        access(join(functionsDir, name, 'index.ts')).then(
          () => [name],
          () => [],
        ),
      ),
    )
    return found.flat()
  }

  const start = async (name: string): Promise<RunningFunction> => {
    const waitMs = (failedAt.get(name) ?? 0) + START_RETRY_MS - Date.now()
    if (waitMs > 0) throw new Error(`Function ${name} failed to start a moment ago.`)
    try {
      const started = { ...(await startFunctionProcess(name, options)), usedAt: Date.now() }
      failedAt.delete(name)
      if (isStopped) await started.child.stop('SIGKILL')
      running.set(name, started)
      void started.child.exited.then((exit) => {
        if (running.get(name) !== started) return
        running.delete(name)
        report(`function ${name} ${describeExit(exit)}; its next call starts it again.`)
      })
      return started
    } catch (error) {
      failedAt.set(name, Date.now())
      const reason = error instanceof Error ? error.message : String(error)
      report(`function ${name} did not start: ${reason}; see logs/function-${name}.log`)
      throw error
    }
  }

  const end = async (name: string) => {
    const found = running.get(name)
    running.delete(name)
    await found?.child.stop('SIGTERM', 1000)
  }

  const sweep = setInterval(
    () => {
      for (const [name, { usedAt }] of running) if (Date.now() - usedAt > idleMs) void end(name)
    },
    Math.min(idleMs, 30_000),
  )
  sweep.unref()

  return {
    names,
    async portOf(name) {
      const known = running.get(name)
      if (known) {
        known.usedAt = Date.now()
        return known.port
      }
      if (isStopped || !(await names()).includes(name)) return undefined
      const pending = starting.get(name) ?? start(name).finally(() => starting.delete(name))
      starting.set(name, pending)
      return (await pending).port
    },
    discard: end,
    pidOf: (name) => running.get(name)?.child.pid,
    async stop() {
      isStopped = true
      clearInterval(sweep)
      await Promise.allSettled(starting.values())
      await Promise.all([...running.keys()].map(end))
    },
  }
}
