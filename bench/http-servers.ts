/**
 * Owns the servers that the HTTP bench asks: `npm start` with and without its edge, and the ceilings beside it: bare
 * `node:http` sending given bytes, and a small app of Next with a constant route and one that asks the database once.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { nextProgram } from '../scripts/stack/build.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { readRunning } from '../scripts/stack/running.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { installApart } from './apart.ts'

export interface Served {
  origin: string
  stop: () => Promise<void>
}

const READY_MS = 300_000

/** @param dataDir keeps the marketplace between two starts */
export async function startSouk(
  dataDir: string,
  edge: 'on' | 'off',
): Promise<Served & { databaseUrl: string }> {
  const port = await nextFreePort(0)
  const origin = `http://localhost:${port}`
  const child = run([join(projectRoot, 'scripts', 'start.ts')], projectRoot, {
    ...{
      PORT: String(port),
      SITE_URL: origin,
      SOUK_DATA_DIR: dataDir,
      EDGE_CACHE: edge,
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'silent',
    },
    ...{ SUPABASE_URL: '', DATABASE_URL: '', SUPABASE_PUBLISHABLE_KEY: '', SUPABASE_SECRET_KEY: '' },
    SOUK_SUPABASE_PORT: String(await nextFreePort(0)),
    SOUK_DATABASE_PORT: String(await nextFreePort(0)),
  })
  await untilReady(`${origin}/api/health/ready`, child)
  const running = await readRunning(dataDir)
  if (!running) throw new Error('The marketplace does not say where its database is.')
  return { origin, stop: () => end(child), databaseUrl: running.databaseUrl ?? '' }
}

/** Built anew each time, in a folder of its own with its own packages. */
export async function startNextCeiling(databaseUrl: string): Promise<Served> {
  const home = await installApart('next-ceiling')
  for (const made of ['.next', 'app']) await rm(join(home, made), { recursive: true, force: true })
  for (const part of ['app', 'next.config.mjs'])
    await cp(join(projectRoot, 'bench', 'next-ceiling', part), join(home, part), { recursive: true })
  const settings = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production', CEILING_DATABASE_URL: databaseUrl }
  const program = nextProgram(home)
  const build = run([program, 'build'], home, settings)
  const [code] = (await once(build, 'exit')) as [number | null]
  if (code !== 0) throw new Error('The small app of Next could not be built.')
  const port = await nextFreePort(0)
  const child = run([program, 'start', '--hostname', '127.0.0.1', '--port', String(port)], home, settings)
  const origin = `http://127.0.0.1:${port}`
  await untilReady(`${origin}/constant`, child)
  return { origin, stop: () => end(child) }
}

const BARE_SERVER = `import { createServer } from 'node:http'
const body = Buffer.alloc(Number(process.argv[1]), 'x')
const headers = ['content-type', 'text/plain', 'content-length', String(body.length)]
const server = createServer((request, response) => { response.writeHead(200, headers); response.end(body) })
server.listen(Number(process.argv[2]), '127.0.0.1')`

/** Bare `node:http` in a process of its own, with a body of so many bytes. */
export async function startBare(bodyBytes: number): Promise<Served> {
  const port = await nextFreePort(0)
  const program = ['--input-type=module', '--eval', BARE_SERVER, String(bodyBytes), String(port)]
  const child = run(program, projectRoot, {})
  const origin = `http://127.0.0.1:${port}`
  await untilReady(origin, child)
  return { origin, stop: () => end(child) }
}

function run(args: readonly string[], cwd: string, settings: Readonly<Record<string, string>>): ChildProcess {
  const env = { ...process.env, ...settings }
  return spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** @throws Error when it does not answer, after ending it. */
async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    const answer = await fetch(url).catch(() => null)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    // An error of its own is nothing to wait for.
    if (answer?.status === 500 || child.exitCode !== null || performance.now() > deadline) {
      await end(child)
      throw new Error(`${url} does not answer as it should.`)
    }
    await delay(200)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
