/** Owns one instance of Souk as people run it, which can be stopped in order and started again. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnChild } from '../stack/child.ts'
import { LOOPBACK, nextFreePort } from '../stack/ports.ts'
import { projectRoot } from '../stack/settings.ts'

const STOP_MS = 50_000

/** By `npm start` itself, on the marketplace that is there. */
export async function startInstance(stackDir: string, env: Record<string, string>) {
  await mkdir(stackDir, { recursive: true })
  const port = await nextFreePort(0)
  const origin = `http://${LOOPBACK}:${port}`
  const start = async () => {
    const child = await spawnChild({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(projectRoot, 'scripts', 'start.ts'), '--no-seed'],
      cwd: projectRoot,
      env: {
        ...process.env,
        ...env,
        PORT: String(port),
        SOUK_DATA_DIR: stackDir,
        npm_lifecycle_event: undefined,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    while (!(await isThere(origin))) {
      if (!child.isRunning()) throw new Error('npm start ended while it started')
      await delay(100)
    }
    return child
  }
  let child = await start()
  return {
    origin,
    stop: async () => {
      const { code } = await child.stop('SIGTERM', STOP_MS)
      if (code !== 0) throw new Error(`npm start ended with ${code ?? 'a signal'} instead of in order`)
    },
    start: async () => {
      child = await start()
    },
  }
}

async function isThere(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/api/health`)
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
