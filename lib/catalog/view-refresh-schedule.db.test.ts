import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../scripts/testing/database.ts'

describe('the hosted schedule of the view refresh', () => {
  let database: TestDatabase
  let migration: string

  beforeAll(async () => {
    database = await createTestDatabase()
    migration = await readFile('supabase/migrations/20261123101000_schedule_view_refresh.sql', 'utf8')
  })
  afterAll(() => database.drop())

  it('does nothing where the database has no scheduler', async () => {
    await database.admin.unsafe(migration)
    expect(await database.admin`select to_regnamespace('cron') as cron`).toEqual([{ cron: null }])
  })

  it('schedules, where there is one, a command that refreshes every five minutes', async () => {
    await database.admin.unsafe(`
      create schema cron;
      create table cron.job (name text primary key, schedule text, command text);
      create function cron.schedule(job_name text, schedule text, command text) returns bigint language sql as $$
        insert into cron.job values ($1, $2, $3)
        on conflict (name) do update set schedule = $2, command = $3 returning 1::bigint
      $$`)
    await database.admin.unsafe(migration)
    await database.admin.unsafe(migration)
    const jobs = await database.admin<
      { name: string; schedule: string; command: string }[]
    >`select name, schedule, command from cron.job`
    expect(jobs).toEqual([
      {
        name: 'refresh-marketplace-views',
        schedule: '*/5 * * * *',
        command: 'select public.refresh_marketplace_views()',
      },
    ])
    await database.admin.unsafe(jobs[0]?.command ?? '')
    expect(await database.admin`select refreshed_views from catalog.view_refreshes`).toHaveLength(1)
  })
})
