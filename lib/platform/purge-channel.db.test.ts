import postgres from 'postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'
import { useDatabase } from '../../scripts/testing/web-settings.ts'
import type * as cachePurge from './cache-purge.ts'

let database: TestDatabase
let purging: typeof cachePurge
let other: postgres.Sql
let stop: () => Promise<void>
const dropped: string[][] = []
const heard: { from: string; tags: string[] }[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  useDatabase(database)
  purging = await import('./cache-purge.ts')
  purging.onPurge((tags) => dropped.push([...tags]))
  stop = (await import('./purge-channel.ts')).sharePurges()
  other = postgres(database.url, { max: 1, onnotice: () => undefined })
  await other.listen('souk_purge', (text) => heard.push(JSON.parse(text) as (typeof heard)[number]))
}, 60_000)
afterAll(async () => {
  await stop()
  await other.end()
  await database.drop()
})

it('tells other processes what to drop, many things in one breath', async () => {
  purging.purge(['package:a/b', 'listing'])
  purging.purge(['package:a/c', 'listing'])
  expect(dropped).toEqual([
    ['package:a/b', 'listing'],
    ['package:a/c', 'listing'],
  ])
  await expect.poll(() => heard.map(({ tags }) => tags)).toEqual([['package:a/b', 'listing', 'package:a/c']])
})

it('drops what other processes tell, whatever else is said on the channel', async () => {
  dropped.length = 0
  await expect
    .poll(async () => {
      for (const text of ['', '{', '{"tags": 1}']) await other.notify('souk_purge', text)
      await other.notify('souk_purge', JSON.stringify({ from: 'other', tags: ['store:a'] }))
      return dropped.at(-1)
    })
    .toEqual(['store:a'])
  expect(dropped.every(([tag]) => tag === 'store:a')).toBe(true)
})

it('hears of each refresh of the views, whoever asks for it, and drops what is read from them', async () => {
  dropped.length = 0
  await database.admin`select public.refresh_marketplace_views()`
  await expect.poll(() => dropped).toContainEqual(['views'])
})

it('drops everything when its connection was away, for it cannot know what it missed', async () => {
  dropped.length = 0
  await database.admin`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'souk-purge' and datname = current_database()`
  await expect.poll(() => dropped, { timeout: 5_000 }).toContainEqual(['*'])
})
