import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DATABASE_TYPES_FILE, generateDatabaseTypes } from './database-types.ts'
import { createTestDatabase, type TestDatabase } from './testing/database.ts'

describe('lib/platform/database.types.ts', () => {
  let database: TestDatabase

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it('is what the migrations make; run "npm run db:types" after changing them', async () => {
    expect(await generateDatabaseTypes(database.adminUrl)).toBe(await readFile(DATABASE_TYPES_FILE, 'utf8'))
  })

  it('would differ after any change of a table', async () => {
    const before = await generateDatabaseTypes(database.adminUrl)
    await database.admin`alter table catalog.stores add column motto text`
    const after = await generateDatabaseTypes(database.adminUrl)
    expect(after).not.toBe(before)
    expect(after).toContain('motto: string | null')
  })
})
