import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'

const launcher = join(import.meta.dirname, '..', 'testing', 'slow-launcher.ts')
const DRAIN_MS = 2_000

describe('ending what npm start began', () => {
  const launchers: ChildProcess[] = []
  afterEach(() => {
    for (const child of launchers.splice(0)) child.kill('SIGKILL')
  })

  async function launch() {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', launcher, `${DRAIN_MS}`],
      {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        // As if started by hand: under npm it would also watch for its parent.
        env: { ...process.env, npm_lifecycle_event: '' },
      },
    )
    launchers.push(child)
    const [{ port }] = (await once(child, 'message')) as [{ port: number }]
    const ask = async (ms: number) => {
      const answer = await fetch(`http://127.0.0.1:${port}/?ms=${ms}`)
      return `${answer.status} ${await answer.text()}`
    }
    return {
      child,
      ask,
      exited: once(child, 'exit') as Promise<[code: number | null, signal: string | null]>,
    }
  }

  it('takes requests while it drains, finishes one of five seconds, and stops the database only then', async () => {
    const { child, ask, exited } = await launch()
    await ask(0)
    let isWhole = false
    const slow = ask(5_000).then((answer) => {
      isWhole = true
      return answer
    })
    // It has reached the server once a later one is answered.
    await ask(0)
    const stackStopped = once(child, 'message').then(() => isWhole)
    child.kill('SIGTERM')
    expect(await ask(500)).toBe('200 whole')
    expect(await slow).toBe('200 whole')
    expect(await stackStopped).toBe(true)
    expect(await exited).toEqual([0, null])
  }, 30_000)

  it('ends at once when it is asked twice', async () => {
    const { child, ask, exited } = await launch()
    const slow = ask(20_000).catch(() => 'cut off')
    await ask(0)
    child.kill('SIGTERM')
    // Beyond the time in which a terminal and npm may both deliver one signal.
    await ask(600)
    child.kill('SIGTERM')
    expect(await slow).toBe('cut off')
    expect(await exited).toEqual([1, null])
  }, 30_000)
})
