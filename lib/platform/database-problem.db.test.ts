import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { databaseProblem } from './database-problem.ts'

describe('a failure of the database', () => {
  let database: TestDatabase
  let pair: postgres.Sql

  beforeAll(async () => {
    database = await createTestDatabase()
    pair = postgres(database.adminUrl, { max: 2, onnotice: () => undefined })
    await pair`create table public.crossed (id integer primary key, n integer not null)`
    await pair`insert into public.crossed values (1, 0), (2, 0)`
  })
  afterAll(async () => {
    await pair.end({ timeout: 5 })
    await database.drop()
  })

  it('of two transactions that wait for each other is a 503 to repeat, for exactly one of them', async () => {
    let open: (value?: undefined) => void = () => undefined
    const gate = new Promise<undefined>((resolve) => (open = resolve))
    let arrived = 0
    const cross = (first: number, second: number) =>
      pair.begin(async (sql) => {
        await sql`update public.crossed set n = n + 1 where id = ${first}`
        arrived += 1
        if (arrived === 2) open()
        await gate
        await sql`update public.crossed set n = n + 1 where id = ${second}`
      })
    const ends = await Promise.allSettled([cross(1, 2), cross(2, 1)])
    const failures = ends.flatMap((end) => (end.status === 'rejected' ? [databaseProblem(end.reason)] : []))
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({ code: 'unavailable', status: 503, headers: { 'retry-after': '1' } })
  })

  it('that is a refusal for too much always says when to come again', async () => {
    const refusal = async (code: string, hint: string) =>
      databaseProblem(
        await database.admin`select catalog.refuse('429', ${code}, 'Too much.', ${hint})`.catch(
          (error: unknown) => error,
        ),
      )
    expect(await refusal('rate_limited', '17')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '17' },
    })
    expect(await refusal('quota_exceeded', '42')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '42' },
    })
    expect(await refusal('quota_exceeded', '')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3600' },
    })
  })
})
