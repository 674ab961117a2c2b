/** Runs the web server as a supervised child and waits until it answers. */
import { closeSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { nextProgram } from './build.ts'
import { spawnChild } from './child.ts'
import type { ManagedChild } from './child.ts'
import { LOOPBACK } from './ports.ts'
import { openLog } from './postgres.ts'
import { describeExit, supervise } from './supervisor.ts'
import type { Supervised } from './supervisor.ts'

export type WebOptions = {
  root: string
  stackDir: string
  port: number
  host: string
  isDev: boolean
  env: Readonly<Record<string, string>>
  report: (line: string) => void
}

const READY_TIMEOUT_MS = 90_000
const webServer = join(import.meta.dirname, 'web-server.ts')
/** Enough for the pages and their caches; a larger heap would only postpone collecting garbage. */
const HEAP_LIMITS = ['--max-old-space-size=256', '--max-semi-space-size=8']

async function answers(origin: string): Promise<boolean> {
  const get = (path: string) =>
    fetch(`${origin}${path}`, { signal: AbortSignal.timeout(10_000), redirect: 'manual' })
  try {
    const health = await get('/api/health')
    await health.arrayBuffer()
    if (health.status !== 404) return health.ok
    const home = await get('/')
    await home.arrayBuffer()
    return home.status < 500
  } catch {
    return false
  }
}

async function waitUntilAnswering(child: ManagedChild, options: WebOptions, logPath: string): Promise<void> {
  const host = options.host === '0.0.0.0' ? LOOPBACK : options.host
  const deadline = performance.now() + READY_TIMEOUT_MS
  while (!(await answers(`http://${host}:${options.port}`))) {
    const isRunning = child.isRunning()
    if (!isRunning || performance.now() > deadline) {
      const tail = (await readFile(logPath, 'utf8').catch(() => ''))
        .trimEnd()
        .split('\n')
        .slice(-15)
        .join('\n')
      const what = isRunning ? 'does not answer' : describeExit(await child.exited)
      throw new Error(`The web server ${what}:\n${tail}`)
    }
    await delay(50)
  }
}

async function startNext(options: WebOptions): Promise<ManagedChild> {
  const { root, stackDir, port, host, isDev } = options
  const log = await openLog(stackDir, 'web')
  const output = isDev ? 'inherit' : log.fd
  const preload = pathToFileURL(join(import.meta.dirname, 'end-with-launcher.ts')).href
  try {
    const child = await spawnChild({
      command: process.execPath,
      args: [
        ...(isDev ? [] : HEAP_LIMITS),
        ...['--import', preload],
        ...(isDev ? [nextProgram(root), 'dev'] : [webServer]),
        ...['--hostname', host, '--port', String(port)],
      ],
      cwd: root,
      env: {
        ...process.env,
        ...options.env,
        SOUK_LAUNCHER_PID: String(process.pid),
        NODE_ENV: isDev ? 'development' : 'production',
        // The server that strangers reach never holds the owner's login.
        DATABASE_ADMIN_URL: undefined,
      },
      stdio: ['ignore', output, output, 'ipc'],
    })
    try {
      await waitUntilAnswering(child, options, log.path)
      return child
    } catch (error) {
      await child.stop('SIGKILL')
      throw error
    }
  } finally {
    closeSync(log.fd)
  }
}

export function startWeb(options: WebOptions): Promise<Supervised> {
  return supervise({ name: 'The web server', report: options.report, start: () => startNext(options) })
}
