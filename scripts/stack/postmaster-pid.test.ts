import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { clearLeftover, isAlive, parsePostmasterPid } from './postmaster-pid.ts'

const lockText = (pid: number, dataDir: string) =>
  `${pid}\n${dataDir}\n1763900000\n54322\n\n127.0.0.1\n\nready   \n`

describe('parsePostmasterPid', () => {
  it('reads the lines PostgreSQL writes', () => {
    expect(parsePostmasterPid(lockText(4711, '/data'))).toEqual({
      pid: 4711,
      dataDir: '/data',
      startedAtSeconds: 1_763_900_000,
      port: 54_322,
    })
  })

  it('takes the negated pid of a single-user server', () => {
    expect(parsePostmasterPid(lockText(-4711, '/data'))?.pid).toBe(4711)
  })

  it.each(['', 'x\n', '12\n', '0\n/data\n1\n1\n', '1\n/data\n1\n1\n', 'NaN\n/data\n1\n1\n'])(
    'refuses a damaged file: %j',
    (text) => {
      expect(parsePostmasterPid(text)).toBeUndefined()
    },
  )
})

describe('clearLeftover', () => {
  let dataDir: string
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'souk-leftover-'))
    return () => rm(dataDir, { recursive: true, force: true })
  })
  const lockPath = () => join(dataDir, 'postmaster.pid')

  it('has nothing to do without a lock file', async () => {
    expect(await clearLeftover(dataDir)).toBe('none')
  })

  it('leaves the file of an ended server, which tells the next one what memory to wait for', async () => {
    const child = spawn('true')
    const pid = child.pid ?? 0
    await new Promise((resolve) => child.once('exit', resolve))
    await writeFile(lockPath(), lockText(pid, dataDir))
    expect(await clearLeftover(dataDir)).toBe('none')
    expect(await readFile(lockPath(), 'utf8')).toContain(dataDir)
  })

  it('never touches an unrelated program that got the same pid', async () => {
    await writeFile(lockPath(), lockText(process.pid, dataDir))
    expect(await clearLeftover(dataDir)).toBe('stale file')
    await expect(readFile(lockPath())).rejects.toThrow(/ENOENT/)
  })

  it('ends a server that still runs on this data', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'postgres', '-D', dataDir])
    await new Promise((resolve) => child.once('spawn', resolve))
    await writeFile(lockPath(), lockText(child.pid ?? 0, dataDir))
    expect(await clearLeftover(dataDir)).toBe('stopped')
    expect(isAlive(child.pid ?? 0)).toBe(false)
  })
})
