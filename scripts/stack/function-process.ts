/** Starts one edge function as a Deno process with the narrowest rights and waits until it listens. */
import { closeSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnChild } from './child.ts'
import type { ManagedChild } from './child.ts'
import { LOOPBACK, nextFreePort } from './ports.ts'
import { openLog } from './postgres.ts'
import { describeExit } from './supervisor.ts'

export type FunctionProcessOptions = {
  functionsDir: string
  stackDir: string
  /** What every function may read, and nothing else. */
  env: Readonly<Record<string, string>>
}

export type FunctionProcess = { child: ManagedChild; port: number }

const READY_TIMEOUT_MS = 15_000

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

/** Its output goes to `logs/function-<name>.log`. */
export async function startFunctionProcess(
  name: string,
  { functionsDir, stackDir, env }: FunctionProcessOptions,
): Promise<FunctionProcess> {
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
    return { child, port }
  } finally {
    closeSync(log.fd)
  }
}
