import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { JobEnded, PoolBusy, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts'

let folder: string
let file: string
const pools: WorkerPool<unknown, unknown>[] = []

/** Answers what it is told, except for some words. */
const THREAD = `
import { parentPort, threadId } from 'node:worker_threads'
parentPort.on('message', (word) => {
  if (word === 'spin') while (true);
  if (word === 'sleep') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600)
  if (word === 'grow') { const all = []; while (true) all.push(new Array(1e5).fill(word)) }
  if (word === 'exit') process.exit(3)
  if (word === 'throw') throw new Error('thrown')
  parentPort.postMessage(word === 'env' ? Object.keys(process.env) : word === 'who' ? threadId : word)
})
parentPort.postMessage('ready')
`

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'souk-pool-'))
  file = join(folder, 'thread.mjs')
  await writeFile(file, THREAD)
})
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())))
afterAll(() => rm(folder, { recursive: true }))

function makePool(options: Partial<WorkerPoolOptions> = {}): WorkerPool<unknown, unknown> {
  const pool = new WorkerPool<unknown, unknown>({
    file,
    size: 2,
    spares: 0,
    deadlineMs: 400,
    starvedMs: 20_000,
    waitMs: 20_000,
    maxWaiting: 100,
    maxWaitingPerCaller: 100,
    ...options,
  })
  pools.push(pool)
  return pool
}

const outcome = (work: Promise<unknown>) => work.catch((error: unknown) => error)

describe('a pool of worker threads', () => {
  it('answers every job with its own answer', async () => {
    const pool = makePool()
    const words = Array.from({ length: 60 }, (_, index) => `word ${index}`)
    expect(await Promise.all(words.map((word) => pool.run('a', word)))).toEqual(words)
  })

  it.each(['spin', 'grow', 'exit', 'throw'])(
    'outlives a job that would %s, and others do not notice',
    async (word) => {
      const pool = makePool({ deadlineMs: 1_500 })
      await pool.warm()
      const answers = await Promise.all([
        outcome(pool.run('bad', word)),
        ...Array.from({ length: 20 }, (_, index) => pool.run('good', index)),
      ])
      expect(answers[0]).toBeInstanceOf(JobEnded)
      expect(answers.slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => index))
      expect(await pool.run('good', 'still here')).toBe('still here')
    },
  )

  it('replaces a thread that it had to end', async () => {
    const pool = makePool({ size: 1 })
    const before = await pool.run('a', 'who')
    expect(await outcome(pool.run('a', 'spin'))).toBeInstanceOf(JobEnded)
    expect(await pool.run('a', 'who')).not.toBe(before)
  })

  it('blames no job for time that its thread did not have', async () => {
    const pool = makePool({ deadlineMs: 100 })
    expect(await pool.run('a', 'sleep')).toBe('sleep')
    const impatient = makePool({ deadlineMs: 100, starvedMs: 200 })
    expect(await outcome(impatient.run('a', 'sleep'))).toBeInstanceOf(PoolBusy)
    expect(await outcome(pool.run('a', 'spin'))).toBeInstanceOf(JobEnded)
  })

  it('has the replacement ready before it ends a thread: who comes then waits for no start', async () => {
    const pool = makePool({ size: 1, spares: 1 })
    await pool.warm()
    const [first, other] = [await pool.run('a', 'who'), await pool.run('a', 'who')]
    // The spare does nothing before it is needed.
    expect(other).toBe(first)
    const warmIds = new Set([first])
    for (let round = 0; round < 3; round += 1) {
      expect(await outcome(pool.run('a', 'spin'))).toBeInstanceOf(JobEnded)
      let hasStarted = false
      const started = pool.warm().then(() => (hasStarted = true))
      warmIds.add(await pool.run('b', 'who'))
      expect(hasStarted).toBe(false)
      await started
    }
    expect(warmIds.size).toBe(4)
  })

  it('does no more jobs at a time for having spares', async () => {
    const pool = makePool({ size: 1, spares: 2, deadlineMs: 1_000 })
    await pool.warm()
    const order: unknown[] = []
    const spin = outcome(pool.run('a', 'spin')).then(() => order.push('spin'))
    const word = pool.run('b', 'word').then(() => order.push('word'))
    await Promise.all([spin, word])
    expect(order).toEqual(['spin', 'word'])
  })

  it('gives callers turns: one who sends many does not keep another waiting for all of them', async () => {
    const pool = makePool({ size: 1 })
    const order: string[] = []
    const send = async (caller: string, word: string) => {
      await pool.run(caller, word)
      order.push(word)
    }
    await pool.warm()
    const many = Array.from({ length: 10 }, (_, index) => send('many', `many ${index}`))
    await Promise.all([...many, send('one', 'one')])
    expect(order.indexOf('one')).toBeLessThan(3)
  })

  it('refuses more than may wait, of one caller and of all', async () => {
    const pool = makePool({ size: 1, maxWaiting: 4, maxWaitingPerCaller: 2 })
    await pool.warm()
    const work = (caller: string) => outcome(pool.run(caller, caller))
    // The first of them is begun at once and does not wait.
    const answers = await Promise.all([
      work('a'),
      work('a'),
      work('a'),
      work('a'),
      work('b'),
      work('b'),
      work('c'),
    ])
    expect(answers.map((answer) => answer instanceof PoolBusy)).toEqual([
      false,
      false,
      false,
      true,
      false,
      false,
      true,
    ])
  })

  it('lets nobody wait longer than they may', async () => {
    const pool = makePool({ size: 1, waitMs: 50, deadlineMs: 1_000 })
    await pool.warm()
    const [ended, waited] = await Promise.all([
      outcome(pool.run('a', 'spin')),
      outcome(pool.run('b', 'word')),
    ])
    expect(ended).toBeInstanceOf(JobEnded)
    expect(waited).toBeInstanceOf(PoolBusy)
  })

  it('gives threads no settings of the process', async () => {
    expect(await makePool().run('a', 'env')).toEqual([])
  })

  it('says why when a thread cannot be started', async () => {
    const pool = makePool({ file: join(folder, 'missing.mjs') })
    expect(await outcome(pool.run('a', 'word'))).toMatchObject({ code: 'MODULE_NOT_FOUND' })
    await pool.warm()
  })
})
