/**
 * A real Redis for tests, on a loopback port, that can be frozen. Where the machine has none, Debian's packages are
 * unpacked into a folder: nothing is installed, no service starts, and it takes no rights.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LOOPBACK, nextFreePort } from '../stack/ports.ts'
import { projectRoot } from '../stack/settings.ts'

const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1']
const UNPACKED = join(projectRoot, 'node_modules', '.cache', 'souk-redis')
const STARTED_WITHIN_MS = 10_000

export interface RedisServer {
  url: string
  port: number
  freeze: () => void
  thaw: () => void
  stop: () => Promise<void>
}

export async function startRedis(): Promise<RedisServer> {
  const { command, env } = await redisCommand()
  const port = await nextFreePort(0)
  const options = ['--port', String(port), '--bind', LOOPBACK, '--save', '', '--appendonly', 'no']
  const child = spawn(command, options, { stdio: 'ignore', env, cwd: tmpdir() })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await untilListening(port, child)
  return {
    url: `redis://${LOOPBACK}:${port}`,
    port,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop: () => {
      child.kill('SIGKILL')
      return ended
    },
  }
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  const startedAt = performance.now()
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, LOOPBACK)
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    if (child.exitCode !== null || performance.now() - startedAt > STARTED_WITHIN_MS) {
      throw new Error(`redis-server did not start (exit code ${child.exitCode}).`)
    }
    await delay(20)
  }
}

interface Command {
  command: string
  env: NodeJS.ProcessEnv
}

/** @throws Error with one line that says what to install. */
async function redisCommand(): Promise<Command> {
  for (const name of ['redis-server', 'valkey-server']) {
    if (runs({ command: name, env: process.env })) return { command: name, env: process.env }
  }
  if (!existsSync(UNPACKED) && existsSync('/usr/bin/apt-get')) await unpack()
  const libraries = existsSync(join(UNPACKED, 'usr', 'lib'))
    ? (await readdir(join(UNPACKED, 'usr', 'lib'))).map((name) => join(UNPACKED, 'usr', 'lib', name))
    : []
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') }
  const unpacked = { command: join(UNPACKED, 'usr', 'bin', 'redis-server'), env }
  if (runs(unpacked)) return unpacked
  throw new Error(
    'The tests of shared limits need redis-server: install it (Debian: sudo apt-get install redis-server).',
  )
}

function runs({ command, env }: Command): boolean {
  return spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status === 0
}

async function unpack(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'souk-redis-'))
  const get = () => spawnSync('apt-get', ['download', '-qq', ...PACKAGES], { cwd: folder, stdio: 'ignore' })
  try {
    if (get().status !== 0) {
      // As root on a machine that has not yet asked what there is.
      spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
      get()
    }
    const files = (await readdir(folder)).filter((name) => name.endsWith('.deb'))
    const into = join(folder, 'unpacked')
    for (const file of files) spawnSync('dpkg', ['-x', join(folder, file), into], { stdio: 'ignore' })
    await mkdir(join(UNPACKED, '..'), { recursive: true })
    if (existsSync(into)) await rename(into, UNPACKED).catch(() => undefined)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
