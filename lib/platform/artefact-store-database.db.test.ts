import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type { findApiToken as find } from './api-token-lookup.ts'
import type { ArtefactStore } from './artefact-store-port.ts'

describe('files kept in the database', () => {
  let database: TestDatabase
  let store: ArtefactStore
  let findApiToken: typeof find
  let closeDatabase: () => Promise<void>

  beforeAll(async () => {
    database = await createTestDatabase()
    useDatabase(database)
    ;({ closeDatabase } = await import('./db.ts'))
    ;({ findApiToken } = await import('./api-token-lookup.ts'))
    store = (await import('./artefact-store-database.ts')).databaseArtefactStore()
  })
  afterAll(async () => {
    await closeDatabase()
    await database.drop()
  })

  async function readAll(key: string): Promise<number> {
    let length = 0
    for await (const piece of store.read(key, { start: 0, end: 2 })) length += piece.length
    return length
  }

  it('never keep a token from being checked, however many are being read', async () => {
    const [artefact] = await database.admin<{ id: string }[]>`
      insert into catalog.artefacts (store, sha256, size_bytes) values ('database', sha256('abc'), 3) returning id`
    const key = artefact?.id ?? ''
    await database.admin`
      insert into catalog.artefact_chunks (artefact_id, position, bytes) values (${key}, 0, 'abc')`
    const reserved = await database.admin.reserve()
    try {
      // Every piece waits for this lock, as it would for a disk that is busy.
      await reserved`begin`
      await reserved`lock table catalog.artefact_chunks in access exclusive mode`
      const downloads = Array.from({ length: 20 }, () => readAll(key))
      const hash = createHash('sha256').update('no such token').digest()
      expect(await Promise.race([findApiToken(hash), ...downloads])).toBeNull()
      await reserved`rollback`
      expect(await Promise.all(downloads)).toEqual(Array.from({ length: 20 }, () => 3))
    } finally {
      reserved.release()
    }
  })
})
