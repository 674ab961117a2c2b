import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import type { startJobs as begin } from './jobs.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'

describe('the job runner', () => {
  let database: TestDatabase
  let startJobs: typeof begin

  beforeAll(async () => {
    database = await createTestDatabase()
    useDatabase(database)
    ;({ startJobs } = await import('./jobs.ts'))
  })
  afterAll(() => database.drop())

  const nudge = (name: string) =>
    database.asService((sql) => sql`select graphile_worker.add_job(${name}, job_key => ${name})`)

  /** The runner writes down that a job is done when it is, and waits for nobody: a cut in between leaves it for the next nudge. */
  const isWrittenDown = (name: string) =>
    vi.waitFor(
      async () => {
        const [left] = await database.admin`
          select count(*)::int as count from graphile_worker._private_jobs where key = ${name}`
        expect(left?.count).toBe(0)
      },
      { timeout: 10_000 },
    )

  it('runs a nudged task as soon as it is nudged, and again after it failed', async () => {
    const outcomes: string[] = []
    const work = vi.fn(() => {
      outcomes.push(outcomes.length === 0 ? 'failed' : 'done')
      if (outcomes.length === 1) return Promise.reject(new Error('not this time'))
      return Promise.resolve()
    })
    const stop = startJobs([{ name: 'test:work', schedule: '0 0 1 1 *', run: work }])
    try {
      await nudge('test:work')
      await vi.waitFor(() => expect(outcomes).toEqual(['failed']), { timeout: 10_000 })
      await vi.waitFor(
        async () => {
          // Its second attempt waits by itself; another nudge stands for the next one that comes along.
          await nudge('test:work')
          expect(outcomes).toContain('done')
        },
        { timeout: 15_000, interval: 250 },
      )
    } finally {
      await stop()
    }
  })

  it('begins anew when its connections are cut', async () => {
    const work = vi.fn(() => Promise.resolve())
    const stop = startJobs([{ name: 'test:cut', schedule: '0 0 1 1 *', run: work }])
    try {
      await nudge('test:cut')
      await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(1), { timeout: 10_000 })
      await isWrittenDown('test:cut')
      await database.admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'souk-jobs'`
      await nudge('test:cut')
      await vi.waitFor(() => expect(work.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 })
      await isWrittenDown('test:cut')
    } finally {
      await stop()
    }
  })

  it('is closed to everybody but the service', async () => {
    const user = await database.createUser()
    await expect(database.asAnon((sql) => sql`select graphile_worker.add_job('x')`)).rejects.toThrow(
      /permission denied/,
    )
    await expect(database.asUser(user, (sql) => sql`select graphile_worker.add_job('x')`)).rejects.toThrow(
      /permission denied/,
    )
    await expect(
      database.asUser(user, (sql) => sql`select id from graphile_worker._private_jobs`),
    ).rejects.toThrow(/permission denied/)
  })
})
