import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from './database.ts'
import type { TestDatabase } from './database.ts'

describe('a test database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
    await database.admin.unsafe(`
      create table public.pages (owner_id uuid references auth.users (id), title text);
      alter table public.pages enable row level security;
      create policy pages_all_owner on public.pages for all to authenticated
        using (owner_id = (select auth.uid())) with check (owner_id = (select auth.uid()));
      grant select, insert on public.pages to authenticated;
      grant select on public.pages to service_role`)
  })
  afterAll(() => database.drop())

  it('acts as each kind of caller under row level security', async () => {
    const [alice, bob] = [await database.createUser(), await database.createUser()]
    await database.asUser(alice, (sql) => sql`insert into pages values (${alice}, 'hers')`)
    const titles = (rows: Iterable<{ title?: string }>) => [...rows].map((row) => row.title)
    expect(titles(await database.asUser(alice, (sql) => sql`select title from pages`))).toEqual(['hers'])
    expect(titles(await database.asUser(bob, (sql) => sql`select title from pages`))).toEqual([])
    expect(titles(await database.asService((sql) => sql`select title from pages`))).toEqual(['hers'])
    await expect(database.asAnon((sql) => sql`select title from pages`)).rejects.toThrow(/permission denied/)
    const forged = database.asUser(bob, (sql) => sql`insert into pages values (${alice}, 'forged')`)
    await expect(forged).rejects.toThrow(/row-level security/)
  })

  it('tells SQL functions who is calling, and forgets it afterwards', async () => {
    const alice = await database.createUser({ appMetadata: { role: 'operator' } })
    const claims = { app_metadata: { role: 'operator' } }
    const [row] = await database.asUser(
      alice,
      (sql) =>
        sql`select auth.uid() as id, auth.role() as role, auth.jwt() -> 'app_metadata' ->> 'role' as app`,
      claims,
    )
    expect(row).toEqual({ id: alice, role: 'authenticated', app: 'operator' })
    const [anon] = await database.asAnon((sql) => sql`select auth.uid() as id`)
    expect(anon).toEqual({ id: null })
  })

  it('has the extensions schema on the search path, as Supabase does', async () => {
    const [row] = await database.admin`select current_schemas(false)::text[] as schemas`
    expect(row?.schemas).toContain('extensions')
  })
})
