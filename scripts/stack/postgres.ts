/** Runs one PostgreSQL server on loopback: creates its data, starts it, watches it, stops it. Knows no schema. */
import { randomBytes } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { chown, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { spawnChild } from './child.ts'
import type { ManagedChild } from './child.ts'
import { LOOPBACK } from './ports.ts'
import { preparePostgresHome } from './postgres-home.ts'
import type { PostgresHome } from './postgres-home.ts'
import { clearLeftover } from './postmaster-pid.ts'

const LOG_LIMIT_BYTES = 5_000_000
const READY_TIMEOUT_MS = 60_000

export type PostgresOptions = {
  stackDir: string
  port: number
  password: string
  /** Off only for throw-away test servers: a crash of the machine may then lose data. */
  isDurable?: boolean
  /** How many may be connected at once; enough for two web servers. */
  connections?: number
  namespaces?: boolean
}

export type PostgresServer = {
  home: PostgresHome
  url: string
  child: ManagedChild
}

export function postgresUrl(options: {
  user: string
  password: string
  port: number
  database?: string
}): string {
  const { user, password, port, database = 'postgres' } = options
  return `postgresql://${user}:${encodeURIComponent(password)}@${LOOPBACK}:${port}/${database}`
}

/**
 * A quarter of the machine's memory, as Postgres recommends, at most 8 GB: taken only as far as the data that is read fills
 * it. A search reads some eighty entries from anywhere in the catalogue; those that are not held here are copied each time.
 */
function sharedBuffersMegabytes(): number {
  // A container may be given less than the machine has.
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity)
  return Math.min(8192, Math.max(64, Math.floor(memory / 4 / 1024 ** 2)))
}

/**
 * Room for two web servers, since a restart that drops nothing runs two for a moment: each takes up to 50 with its pools,
 * purges and jobs, and Supabase's API beside them its own.
 */
const CONNECTIONS = 120

/** Small on purpose, but for what is taken as it is used: the whole idle stack should fit beside a browser and an editor. */
function serverSettings({
  port,
  isDurable = true,
  connections = CONNECTIONS,
}: PostgresOptions): Record<string, string> {
  return {
    listen_addresses: LOOPBACK,
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(connections),
    shared_buffers: `${sharedBuffersMegabytes()}MB`,
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    effective_cache_size: `${2 * sharedBuffersMegabytes()}MB`,
    random_page_cost: '1.1',
    huge_pages: 'off',
    jit: 'off',
    max_worker_processes: '4',
    max_parallel_workers: '2',
    autovacuum_max_workers: '2',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '512MB',
    checkpoint_completion_target: '0.9',
    fsync: isDurable ? 'on' : 'off',
    synchronous_commit: isDurable ? 'on' : 'off',
    full_page_writes: isDurable ? 'on' : 'off',
    password_encryption: 'scram-sha-256',
    shared_preload_libraries: 'pg_stat_statements',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] %q%u@%d ',
    log_checkpoints: 'off',
    log_lock_waits: 'on',
    log_min_duration_statement: isDurable ? '500' : '-1',
    cluster_name: 'souk',
  }
}

/** Trigram and text search need a character type that knows letters beyond ASCII, whatever the system calls it. */
const CHARACTER_TYPES = ['C.UTF-8', 'en_US.UTF-8', 'C']

/** Creates the data beside its final place and moves it there when whole: an interrupted attempt leaves no half. */
async function initialise(home: PostgresHome, options: PostgresOptions, log: number): Promise<void> {
  const draftDir = `${home.dataDir}.new`
  const passwordFile = join(dirname(home.dataDir), `.password-${randomBytes(6).toString('hex')}`)
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 })
  await giveTo(home, passwordFile)
  try {
    for (const characterType of CHARACTER_TYPES) {
      await rm(draftDir, { recursive: true, force: true })
      await mkdir(draftDir, { mode: 0o700 })
      await giveTo(home, draftDir)
      const child = await spawnInHome(home, log, 'initdb', [
        ...['-D', draftDir, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
        ...[`--lc-ctype=${characterType}`, ...(options.isDurable === false ? ['--no-sync'] : [])],
      ])
      if ((await child.exited).code !== 0) continue
      await rmdir(home.dataDir)
      return await rename(draftDir, home.dataDir)
    }
  } finally {
    await rm(passwordFile, { force: true })
  }
  throw new Error(`PostgreSQL could not create its data in ${home.dataDir}; see logs/postgres.log beside it.`)
}

async function giveTo({ uid, gid }: PostgresHome, path: string): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid)
}

function spawnInHome(home: PostgresHome, log: number, program: string, args: readonly string[]) {
  const path = join(home.binaryDir, program)
  return spawnChild({
    command: path,
    args,
    cwd: home.uid === undefined ? dirname(home.dataDir) : '/',
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C', TZ: 'UTC' },
    stdio: ['ignore', log, log],
    uid: home.uid,
    gid: home.gid,
    deathSignal: 'SIGINT',
    prefix: home.prefix,
  })
}

export async function openLog(stackDir: string, name: string): Promise<{ fd: number; path: string }> {
  const folder = join(stackDir, 'logs')
  await mkdir(folder, { recursive: true })
  const path = join(folder, `${name}.log`)
  const size = await stat(path).then(
    (entry) => entry.size,
    () => 0,
  )
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`)
  return { fd: openSync(path, 'a', 0o600), path }
}

async function lastLines(path: string, count: number): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

/** Connects until the server accepts work. Gives up when it exits. */
export async function waitUntilReady(url: string, child?: ManagedChild): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  for (;;) {
    if (child && !child.isRunning()) throw new Error('PostgreSQL ended while starting.')
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => undefined, idle_timeout: 1 })
    try {
      await sql`select 1`
      return
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === '28P01')
        throw new Error('The kept database password does not fit the data.', { cause: error })
      if (performance.now() > deadline) throw error
    } finally {
      await sql.end({ timeout: 1 })
    }
    await delay(50)
  }
}

/** Starts the server, creating its data when there is none; answers once it accepts connections. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  await mkdir(options.stackDir, { recursive: true })
  const home = await preparePostgresHome(options.stackDir, options)
  const log = await openLog(options.stackDir, 'postgres')
  try {
    const isInitialised = await stat(join(home.dataDir, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
    if (!isInitialised) await initialise(home, options, log.fd)
    await clearLeftover(home.dataDir)
    const settings = Object.entries(serverSettings(options))
    const args = ['-D', home.dataDir, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const child = await spawnInHome(home, log.fd, 'postgres', args)
    const url = postgresUrl({ user: 'postgres', password: options.password, port: options.port })
    await waitUntilReady(url, child).catch(async (error: unknown) => {
      await child.stop('SIGINT')
      throw new Error(`PostgreSQL did not start:\n${await lastLines(log.path, 5)}`, { cause: error })
    })
    return { home, url, child }
  } finally {
    closeSync(log.fd)
  }
}
