import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import type { TestDatabase } from '../testing/database.ts'
import { migrate, type MigrationReport } from './migrate.ts'

describe('migrate', () => {
  let database: TestDatabase
  let folder: string
  let counter = 0

  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'souk-migrations-'))
    return () => rm(folder, { recursive: true, force: true })
  })

  async function add(sql: string): Promise<string> {
    counter += 1
    const version = `9900000000${String(counter).padStart(4, '0')}`
    await writeFile(join(folder, `${version}_try_it.sql`), sql)
    return version
  }

  const exists = async (table: string) =>
    (await database.admin`select to_regclass(${table}) is not null as found`)[0]?.found as boolean

  /** Until the query finds something in this database. */
  async function until(query: string): Promise<void> {
    const here = `${query} and datname = current_database()`
    while ((await database.admin.unsafe(here)).length === 0);
  }

  it('applies a file once, however often it runs, and records it like the official CLI', async () => {
    const version = await add(
      "create table once_only (id int); insert into once_only values (1); select 'a;b'",
    )
    expect((await migrate(database.adminUrl, folder)).applied).toHaveLength(1)
    expect(await migrate(database.adminUrl, folder)).toEqual({ applied: [], changed: [] })
    const rows = await database.admin`
      select version, name, statements from supabase_migrations.schema_migrations where version = ${version}`
    expect(rows).toEqual([
      {
        version,
        name: 'try_it',
        statements: ['create table once_only (id int)', 'insert into once_only values (1)', "select 'a;b'"],
      },
    ])
    expect(await database.admin`select count(*)::int as count from once_only`).toEqual([{ count: 1 }])
  })

  it('leaves nothing of a failing file and names the file and line', async () => {
    const version = await add(
      'create table half_done (id int);\n\ninsert into half_done\nvalues (no_such_column);\n',
    )
    await expect(migrate(database.adminUrl, folder)).rejects.toThrow(/_try_it\.sql, line 4: .*no_such_column/)
    expect(await exists('half_done')).toBe(false)
    const rows = await database.admin`
      select 1 from supabase_migrations.schema_migrations where version = ${version}`
    expect(rows).toHaveLength(0)
  })

  it('runs a file marked non-transactional statement by statement', async () => {
    await add(
      'create table wide (id int);\n-- souk: no transaction\ncreate index concurrently wide_id on wide (id);',
    )
    expect((await migrate(database.adminUrl, folder)).applied).toHaveLength(1)
    expect(await exists('wide_id')).toBe(true)
  })

  it('lets two starters at once apply each file exactly once', async () => {
    await add('create table raced (id int);')
    await add('-- souk: no transaction\ninsert into raced values (1);')
    const reports = await Promise.all([1, 2, 3].map(() => migrate(database.adminUrl, folder)))
    expect(reports.flatMap((report) => report.applied)).toHaveLength(2)
    expect(await database.admin`select count(*)::int as count from raced`).toEqual([{ count: 1 }])
  })

  it('lets a second starter come while the first creates an index concurrently, which waits for everybody’s snapshot', async () => {
    await add('create table indexed (id int);')
    await migrate(database.adminUrl, folder)
    await add('-- souk: no transaction\ncreate index concurrently indexed_id on indexed (id);')
    let reports: Promise<MigrationReport[]> = Promise.resolve([])
    await database.admin.begin(async (sql) => {
      // Somebody's old transaction keeps the index, and so the first starter, until the second has come.
      await sql`select count(*) from indexed`
      await sql`insert into indexed values (1)`
      const first = migrate(database.adminUrl, folder)
      first.catch(() => undefined)
      await until(
        `select from pg_stat_activity where query like '%create index concurrently%' and wait_event_type = 'Lock'`,
      )
      const second = migrate(database.adminUrl, folder)
      second.catch(() => undefined)
      reports = Promise.all([first, second])
      reports.catch(() => undefined)
      await until(`select from pg_stat_activity where (query ilike 'commit%' or wait_event = 'advisory')`)
    })
    expect((await reports).flatMap((report) => report.applied)).toHaveLength(1)
    expect(
      await database.admin`select indisvalid from pg_index where indexrelid = 'indexed_id'::regclass`,
    ).toEqual([{ indisvalid: true }])
  })

  it('tells when an applied file was edited afterwards', async () => {
    const version = await add('select 1;')
    await migrate(database.adminUrl, folder)
    await writeFile(join(folder, `${version}_try_it.sql`), 'select 2;')
    expect((await migrate(database.adminUrl, folder)).changed).toEqual([`${version}_try_it.sql`])
  })
})
