/**
 * One Deno process per edge function, started on its first call, ended when idle. Only folders that hold an `index.ts`
 * are functions; a name from outside is looked up among them and never becomes a path.
 */
import { closeSync } from 'node:fs'
import { access, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnChild } from './child.ts'
import type { ManagedChild } from './child.ts'
import { LOOPBACK, nextFreePort } from './ports.ts'
import { openLog } from './postgres.ts'
import { describeExit } from './supervisor.ts'

export type EdgeFunctionsOptions = {
  functionsDir: string
  stackDir: string
  /** What every function may read, and nothing else. */
  env: Readonly<Record<string, string>>
  report: (line: string) => void
  idleMs?: number
}

export type EdgeFunctions = {
  names(): Promise<string[]>
  /** The port of the function, started if needed; undefined where there is no such function. */
  portOf(name: string): Promise<number | undefined>
  /** Ends a function that does not answer; its next call starts it anew. */
  discard(name: string): Promise<void>
  /** The pid of a running function, for tests and status. */
  pidOf(name: string): number | undefined
  stop(): Promise<void>
}

type RunningFunction = { child: ManagedChild; port: number; usedAt: number }

const NAME = /^[a-z0-9][a-z0-9_-]*$/i
const READY_TIMEOUT_MS = 15_000
const DEFAULT_IDLE_MS = 10 * 60_000
/** A function that failed to start is not tried again at once. */
const START_RETRY_MS = 1000

function findDeno(): string {
  const require = createRequire(import.meta.url)
  return join(dirname(require.resolve('deno/package.json')), 'deno')
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK, timeout: 1000 })
    const finish = (is: boolean) => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', () => finish(true))
    socket.once('error', () => finish(false))
    socket.once('timeout', () => finish(false))
  })
}

async function waitUntilServing(child: ManagedChild, port: number): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  while (performance.now() < deadline) {
    if (await canConnect(port)) return
    if (!child.isRunning()) throw new Error(`it ${describeExit(await child.exited)} while starting`)
    await delay(20)
  }
  throw new Error('it did not listen in time')
}

export function createEdgeFunctions(options: EdgeFunctionsOptions): EdgeFunctions {
  const { functionsDir, stackDir, env, report, idleMs = DEFAULT_IDLE_MS } = options
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

  const spawnFunction = async (name: string): Promise<RunningFunction> => {
    const port = await nextFreePort(0)
    const log = await openLog(stackDir, `function-${name}`)
    const configPath = join(functionsDir, 'deno.json')
    const config = await access(configPath).then(
      () => ['--config', configPath],
      () => ['--no-config'],
    )
    try {
      const child = await spawnChild({
        command: findDeno(),
        args: [
          ...['run', '--no-prompt', '--quiet', ...config, '--no-lock', '--v8-flags=--max-old-space-size=96'],
          ...[`--allow-net=${LOOPBACK}`, `--allow-env=${Object.keys(env).join(',')}`],
          join(functionsDir, name, 'index.ts'),
        ],
        cwd: dirname(dirname(functionsDir)),
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          DENO_DIR: join(stackDir, 'deno'),
          DENO_NO_UPDATE_CHECK: '1',
          DENO_SERVE_ADDRESS: `tcp:${LOOPBACK}:${port}`,
          NO_COLOR: '1',
          ...env,
        },
        stdio: ['ignore', log.fd, log.fd],
      })
      try {
        await waitUntilServing(child, port)
      } catch (error) {
        await child.stop('SIGKILL')
        throw error
      }
      return { child, port, usedAt: Date.now() }
    } finally {
      closeSync(log.fd)
    }
  }

  const start = async (name: string): Promise<RunningFunction> => {
    const waitMs = (failedAt.get(name) ?? 0) + START_RETRY_MS - Date.now()
    if (waitMs > 0) throw new Error(`Function ${name} failed to start a moment ago.`)
    try {
      const started = await spawnFunction(name)
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
