/**
 * One child process in a process group of its own, so that stopping it stops all it started. Where the system
 * offers it, the child is told to end when this process dies without a word.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type ChildExit = { code: number | null; signal: NodeJS.Signals | null }

export type ManagedChild = {
  readonly pid: number
  readonly process: ChildProcess
  readonly exited: Promise<ChildExit>
  readonly isRunning: () => boolean
  /** Sends `signal`, and SIGKILL to the whole group when it has not ended after `graceMs`. */
  stop: (signal?: NodeJS.Signals, graceMs?: number) => Promise<ChildExit>
}

export type ChildOptions = {
  command: string
  args: readonly string[]
  cwd?: string
  env?: Readonly<Record<string, string | undefined>>
  stdio?: StdioOptions
  uid?: number
  gid?: number
  /** What the child gets when this process is killed: Linux only. */
  deathSignal?: NodeJS.Signals
  /** Goes before the death-signal wrapper, because changing user or namespace clears that setting. */
  prefix?: readonly string[]
}

export function findExecutable(name: string, path = process.env.PATH ?? ''): string | undefined {
  const folders = [...path.split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate))
}

const setpriv = process.platform === 'linux' ? findExecutable('setpriv') : undefined

function commandLine(options: ChildOptions): [string, ...string[]] {
  const wrapper = setpriv ? [setpriv, '--pdeathsig', (options.deathSignal ?? 'SIGTERM').slice(3), '--'] : []
  const [command = options.command, ...rest] = [
    ...(options.prefix ?? []),
    ...wrapper,
    options.command,
    ...options.args,
  ]
  return [command, ...rest]
}

export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

const live = new Map<ManagedChild, NodeJS.Signals>()
let isClosing = false

/** True once the program is on its way out: an ended child is no news then. */
export const isClosingChildren = () => isClosing

/** Ends every child and refuses new ones: for a program about to exit, however far its start had come. */
export async function closeAllChildren(graceMs: number): Promise<void> {
  isClosing = true
  await Promise.all([...live].map(([child, signal]) => child.stop(signal, graceMs)))
}

export function spawnChild(options: ChildOptions): Promise<ManagedChild> {
  if (isClosing) return Promise.reject(new Error('Souk is stopping.'))
  const [command, ...args] = commandLine(options)
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: (options.env ?? process.env) as NodeJS.ProcessEnv,
    stdio: options.stdio ?? 'ignore',
    uid: options.uid,
    gid: options.gid,
    detached: true,
  })
  let running = true
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false
      resolve({ code, signal })
    })
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      const { pid } = child
      if (pid === undefined) return reject(new Error(`${command} did not start.`))
      const stop: ManagedChild['stop'] = async (signal = 'SIGTERM', graceMs = 3000) => {
        if (running) process.kill(pid, signal)
        const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs)
        const exit = await exited
        clearTimeout(timer)
        // Grandchildren may outlive the leader; the group still carries its id.
        signalGroup(pid, 'SIGKILL')
        return exit
      }
      const managed: ManagedChild = { pid, process: child, exited, isRunning: () => running, stop }
      live.set(managed, options.deathSignal ?? 'SIGTERM')
      void exited.then(() => live.delete(managed))
      resolve(managed)
    })
  })
}
