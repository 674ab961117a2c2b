import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'

const preload = pathToFileURL(join(import.meta.dirname, 'end-with-launcher.ts')).href

describe('end-with-launcher', () => {
  const children: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })

  const start = async (launcherPid: number) => {
    const source = `setInterval(() => {}, 1000); process.on('disconnect', () => console.log('disconnected'))`
    const child = spawn(process.execPath, ['--import', preload, '-e', `${source}; process.send('up')`], {
      env: { ...process.env, SOUK_LAUNCHER_PID: String(launcherPid) },
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    })
    children.push(child)
    await new Promise((resolve) => child.once('message', resolve))
    return child
  }

  it('ends the web server when the launcher is gone', async () => {
    const child = await start(process.pid)
    const exited = new Promise((resolve) => child.once('exit', resolve))
    child.disconnect()
    expect(await exited).toBe(0)
  })

  it('leaves a worker of the web server alone', async () => {
    const child = await start(1)
    const noticed = new Promise((resolve) => child.stdout?.once('data', resolve))
    child.disconnect()
    await noticed
    expect(child.exitCode).toBeNull()
  })
})
