/** Reads PostgreSQL's lock file and ends a server that an earlier, killed start left behind on the same data. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type PostmasterPid = { pid: number; dataDir: string; startedAtSeconds: number; port: number }

/** The file's lines are pid, data folder, start time, port, …: pidfile.h of PostgreSQL. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const [pid, dataDir, startedAt, port] = text.split('\n').map((line) => line.trim())
  const lock = {
    // A single-user or bootstrap server writes its pid negated.
    pid: Math.abs(Number(pid)),
    dataDir: dataDir ?? '',
    startedAtSeconds: Number(startedAt),
    port: Number(port),
  }
  const numbersAreSound = [lock.pid, lock.startedAtSeconds, lock.port].every(Number.isInteger)
  return numbersAreSound && lock.pid > 1 && lock.dataDir !== '' ? lock : undefined
}

/** An ended process that nobody has waited for yet still answers to signals; it counts as ended. */
function isZombie(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The command line of a process, or an empty string when there is none. */
export async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (fromProc !== undefined) return fromProc.replaceAll('\0', ' ').trim()
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}

async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isAlive(pid)) {
    if (performance.now() > deadline) return false
    await delay(50)
  }
  return true
}

/**
 * Makes `dataDir` free for a new server. A lock file whose process is gone stays: PostgreSQL reads in it which shared
 * memory to wait for, and that wait keeps two servers off one set of files.
 */
export async function clearLeftover(dataDir: string): Promise<'none' | 'stale file' | 'stopped'> {
  const path = join(dataDir, 'postmaster.pid')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  const lock = text === undefined ? undefined : parsePostmasterPid(text)
  if (!lock || !isAlive(lock.pid)) return 'none'
  const command = await commandOf(lock.pid)
  if (!command.includes('postgres') || !command.includes(dataDir)) {
    // The pid has passed to an unrelated program, which PostgreSQL would take for its predecessor.
    await rm(path, { force: true })
    return 'stale file'
  }
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (isAlive(lock.pid)) process.kill(lock.pid, signal)
    if (await waitForEnd(lock.pid, 5000)) return 'stopped'
  }
  throw new Error(`PostgreSQL (process ${lock.pid}) of an earlier start does not end. Stop it by hand.`)
}
