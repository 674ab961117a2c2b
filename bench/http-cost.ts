/**
 * `npm run bench:http-cost`: what one request costs the web process in processor time, under `next start` and under the
 * server of `npm start`, in one run. Processor time says the same on a busy machine. Linux only: it reads /proc.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { buildWeb, nextProgram } from '../scripts/stack/build.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { loadOnce, startDatabase } from './catalog-database.ts'
import { measure } from './measure.ts'
import { recordRun } from './record-run.ts'

const ROUTES = [
  ['nothing', '/api/health'],
  ['one statement', '/api/categories'],
  ['catalogue', '/api/marketplace'],
] as const
const SERVERS = {
  'next start': [nextProgram(projectRoot), 'start'],
  'npm start': [join(projectRoot, 'scripts', 'stack', 'web-server.ts')],
}
const CLIENTS = 8
/** The unit of utime and stime in /proc/PID/stat, on every Linux that Node supports. */
const TICK_MS = 10

const undo: (() => Promise<unknown>)[] = []

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' } } })
  const dataDir = join(projectRoot, '.souk', `bench-${process.pid}`)
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  await mkdir(dataDir, { recursive: true })
  const database = await startDatabase(dataDir)
  undo.push(database.stop)
  await loadOnce(database.adminUrl, dataDir, 1_000)
  await buildWeb(projectRoot)
  const lines = []
  console.log('server      request        ms of processor   a second   p50 / p95 ms')
  for (const [server, program] of Object.entries(SERVERS)) {
    const { origin, pid, stop } = await startServer(program, database.url)
    for (const [name, path] of ROUTES) {
      const send = sender(origin + path)
      await measure({ clients: CLIENTS, seconds: 2, send })
      const before = await processorMs(pid)
      const { requests, perSecond, p50Ms, p95Ms, failures } = await measure({
        clients: CLIENTS,
        seconds: Number(values.seconds),
        send,
      })
      if (failures > 0) throw new Error(`${failures} of ${requests} requests for ${path} failed`)
      const costMs = Math.round((((await processorMs(pid)) - before) / requests) * 1000) / 1000
      lines.push({ server, name, costMs, perSecond, p50Ms, p95Ms })
      const columns = [server.padEnd(11), name.padEnd(14), costMs.toFixed(3).padStart(15)]
      console.log([...columns, String(perSecond).padStart(10), `  ${p50Ms} / ${p95Ms}`].join(' '))
    }
    await stop()
  }
  await recordRun('http-cost', { clients: CLIENTS, lines })
}

async function startServer(program: readonly string[], databaseUrl: string) {
  const port = await nextFreePort(0)
  const origin = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [...program, '--hostname', '127.0.0.1', '--port', String(port)], {
    cwd: projectRoot,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      SITE_URL: origin,
      RATE_LIMITS: 'off',
      DATABASE_URL: databaseUrl,
      JOBS: 'off',
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'unused',
      SUPABASE_SECRET_KEY: 'unused',
      SUPABASE_JWT_SECRET: 'unused-unused-unused',
    },
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await exited
  }
  undo.push(async () => child.exitCode === null && (await stop()))
  const isReady = sender(`${origin}/api/health`)
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error(`${program.join(' ')} ended`)
    await delay(50)
  }
  return { origin, pid: child.pid ?? 0, stop }
}

function sender(url: string): () => Promise<boolean> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })
  return () =>
    new Promise((resolve, reject) => {
      request(url, { agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode === 200))
        response.on('error', reject)
      })
        .on('error', reject)
        .end()
    })
}

async function processorMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  // Behind the program's name, which may hold anything: state is field 3, utime 14, stime 15.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

try {
  await main()
} finally {
  for (const step of undo.toReversed()) await step()
}
