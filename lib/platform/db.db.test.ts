import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { useDatabase, userActor } from '../../scripts/testing/web-settings.ts'
import type { SignedInActor } from '../kernel/actor.ts'
import { afterWaiting, asActor, asAnon, closeDatabase, type Database, unhurriedAsActor } from './db.ts'

let database: TestDatabase
let person: SignedInActor

beforeAll(async () => {
  database = await createTestDatabase()
  useDatabase(database)
  person = userActor(await database.createUser())
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

/** `client` is what the connection began with, which a transaction pooler does not hand on. */
async function limit(db: Database): Promise<{ setting: string; source: string } | undefined> {
  const { rows } = await sql<{ setting: string; source: string }>`
    select setting, source from pg_settings where name = 'statement_timeout'`.execute(db)
  return rows[0]
}

describe('a transaction as the caller', () => {
  it('sets the time limit of its statements itself', async () => {
    expect(await asActor(person, limit)).toEqual({ setting: '4500', source: 'session' })
  })

  it('sets none where nobody waits, and leaves none to whoever has the connection next', async () => {
    await asActor(person, limit)
    expect((await unhurriedAsActor(person, limit))?.source).toBe('client')
  })
})

describe('a call after others', () => {
  const sleep = (db: Database) => sql`select pg_sleep(1.5)`.execute(db)

  it('has only what is left of the time that a request may take', async () => {
    await expect(afterWaiting(59_900, () => asAnon(sleep))).rejects.toMatchObject({ code: 'unavailable' })
    await expect(afterWaiting(59_900, () => asActor(person, sleep))).rejects.toMatchObject({
      code: 'unavailable',
    })
  })

  it('has all of it when nobody has waited yet', async () => {
    expect((await asAnon(sleep)).rows).toHaveLength(1)
  })
})
