import { afterEach, describe, expect, it, vi } from 'vitest'
import { spawnChild } from './child.ts'
import type { ManagedChild } from './child.ts'
import { isAlive } from './postmaster-pid.ts'
import { supervise } from './supervisor.ts'
import type { Supervised } from './supervisor.ts'

const idle = () =>
  spawnChild({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: process.env })

describe('supervise', () => {
  let supervised: Supervised | undefined
  afterEach(() => supervised?.stop('SIGKILL', 1000))

  it('restarts a killed child and says so', async () => {
    const lines: string[] = []
    supervised = await supervise({
      name: 'It',
      start: idle,
      report: (line) => lines.push(line),
      minDelayMs: 1,
    })
    const first = supervised.current()?.pid ?? 0
    process.kill(first, 'SIGKILL')
    await vi.waitFor(() =>
      expect(supervised?.current()?.pid).toSatisfy((pid) => pid !== undefined && pid !== first),
    )
    expect(lines[0]).toBe('It was ended by SIGKILL; restarting.')
    expect(lines[1]).toMatch(/^It serves again/)
  })

  it('keeps trying while the child cannot start', async () => {
    let attempts = 0
    const start = (): Promise<ManagedChild> => {
      attempts += 1
      return attempts === 1 || attempts > 3 ? idle() : Promise.reject(new Error('not yet'))
    }
    supervised = await supervise({ name: 'It', start, report: () => undefined, minDelayMs: 1, maxDelayMs: 2 })
    process.kill(supervised.current()?.pid ?? 0, 'SIGKILL')
    await vi.waitFor(() => expect(attempts).toBe(4))
    await vi.waitFor(() => expect(supervised?.current()).toBeDefined())
  })

  it('passes on the failure of the first start', async () => {
    const start = () => Promise.reject(new Error('no'))
    await expect(supervise({ name: 'It', start, report: () => undefined })).rejects.toThrow('no')
  })

  it('stops a child whose restart was under way', async () => {
    const started: ManagedChild[] = []
    let finishRestart: (() => void) | undefined
    const start = async () => {
      if (started.length > 0) await new Promise<void>((resolve) => (finishRestart = resolve))
      const child = await idle()
      started.push(child)
      return child
    }
    const one = await supervise({ name: 'It', start, report: () => undefined, minDelayMs: 1 })
    process.kill(one.current()?.pid ?? 0, 'SIGKILL')
    await vi.waitFor(() => expect(finishRestart).toBeDefined())
    const stopped = one.stop('SIGKILL', 1000)
    finishRestart?.()
    await stopped
    expect(started).toHaveLength(2)
    expect(started.map((child) => child.isRunning()).filter(Boolean)).toEqual([])
    expect(one.current()).toBeUndefined()
  })

  it('stops for good, grandchildren included, though the child ignores the signal', async () => {
    const source = `
      process.on('SIGTERM', () => {})
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
      process.send(child.pid)
      setInterval(() => {}, 1000)`
    const start = () =>
      spawnChild({
        command: process.execPath,
        args: ['-e', source],
        env: process.env,
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
    const one = await supervise({ name: 'It', start, report: () => undefined, minDelayMs: 1 })
    const child = one.current()
    const grandchild = await new Promise<number>((resolve) => {
      child?.process.once('message', (pid) => resolve(Number(pid)))
    })
    await one.stop('SIGTERM', 50)
    expect(one.current()).toBeUndefined()
    expect(isAlive(child?.pid ?? 0)).toBe(false)
    await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false))
  })
})
