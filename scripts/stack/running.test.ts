import { spawn } from 'node:child_process'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { claimStackDir, readRunning, releaseStackDir, writeRunning } from './running.ts'

describe('the note of a running stack', () => {
  let stackDir: string
  beforeEach(async () => {
    stackDir = await mkdtemp(join(tmpdir(), 'souk-running-'))
    return () => rm(stackDir, { recursive: true, force: true })
  })
  const note = () => join(stackDir, 'running.json')

  it('tells other commands where the stack is, and only its owner', async () => {
    await claimStackDir(stackDir)
    await writeRunning(stackDir, { siteUrl: 'http://localhost:3000' })
    expect(await readRunning(stackDir)).toEqual({ pid: process.pid, siteUrl: 'http://localhost:3000' })
    expect((await stat(note())).mode & 0o777).toBe(0o600)
    await releaseStackDir(stackDir)
    expect(await readRunning(stackDir)).toBeUndefined()
  })

  it('refuses a second stack on the same data', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await new Promise((resolve) => other.once('spawn', resolve))
    await writeFile(note(), JSON.stringify({ pid: other.pid, siteUrl: 'http://localhost:3000' }))
    await expect(claimStackDir(stackDir)).rejects.toThrow(/already runs on this data .*localhost:3000/)
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
    await expect(claimStackDir(stackDir)).resolves.toBeUndefined()
  })

  it.each(['', '{', '{"pid":-1}'])('takes over from a damaged note: %j', async (text) => {
    await writeFile(note(), text)
    await expect(claimStackDir(stackDir)).resolves.toBeUndefined()
    expect(await readRunning(stackDir)).toEqual({ pid: process.pid })
  })
})
