import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from './testing/database.ts'
import { createMarket } from './testing/market.ts'
import { useDatabase } from './testing/web-settings.ts'

const SCRIPT = ['--conditions=react-server', '--disable-warning=ExperimentalWarning', 'scripts/index-sync.ts']

let database: TestDatabase
let stop: () => Promise<void>
const dropped: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  await createMarket(database)
  useDatabase(database)
  const { onPurge } = await import('#lib/platform/cache-purge')
  onPurge((tags) => dropped.push(...tags))
  stop = (await import('#lib/platform/purge-channel')).sharePurges()
}, 60_000)
afterAll(async () => {
  await stop()
  await database.drop()
})

it('rebuilds the index from a process of its own, tells how far it is, and servers drop their lists', async () => {
  // Until this process, which stands for a server, hears what others say.
  await expect
    .poll(async () => {
      await database.admin.notify('souk_purge', JSON.stringify({ from: 'another', tags: ['package:a/b'] }))
      return dropped
    })
    .toContain('package:a/b')
  dropped.length = 0
  const { stdout } = await promisify(execFile)(process.execPath, SCRIPT, { env: process.env })
  expect(stdout).toContain('The search index has 3 entries')
  expect(stdout).toMatch(/^\d+ of about \d+ packages$/m)
  await expect.poll(() => dropped).toContain('listing')
})
