import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestStack } from '../testing/stack.ts'
import type { TestStack } from '../testing/stack.ts'
import { isAlive } from './postmaster-pid.ts'

const NOTES = `
create table public.notes (
  id bigint generated always as identity primary key,
  owner_id uuid not null default auth.uid() references auth.users (id),
  body text not null,
  is_public boolean not null default false
);
alter table public.notes enable row level security;
create policy notes_select_anyone on public.notes for select using (is_public or owner_id = (select auth.uid()));
create policy notes_insert_owner on public.notes for insert to authenticated
  with check (owner_id = (select auth.uid()));
grant select on public.notes to anon, authenticated;
grant insert on public.notes to authenticated;
create table public.secrets (id int primary key);
alter table public.secrets enable row level security;
grant select on public.secrets to service_role;
create schema private;
create table private.rows (id int primary key);
alter table private.rows enable row level security;
`

const ECHO = `
Deno.serve(async (request) => Response.json({
  method: request.method,
  path: new URL(request.url).pathname + new URL(request.url).search,
  header: request.headers.get('x-try'),
  body: await request.text(),
  url: Deno.env.get('SUPABASE_URL'),
  pid: Deno.pid,
}, { status: 201, headers: { 'x-answer': 'yes' } }))
`

const GREEDY = `
let refused = []
try { Deno.env.get('HOME') } catch (error) { refused.push(error.name) }
try { await Deno.readTextFile('/etc/passwd') } catch (error) { refused.push(error.name) }
try { await fetch('http://192.0.2.1/') } catch (error) { refused.push(error.name) }
Deno.serve(() => Response.json(refused))
`

async function eventually<T>(timeoutMs: number, attempt: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await delay(50)
    }
  }
}

describe('the embedded Supabase', () => {
  let stack: TestStack
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), `souk-test-${process.pid}-`))
    const migrationsDir = join(folder, 'migrations')
    const functionsDir = join(folder, 'supabase', 'functions')
    await mkdir(migrationsDir)
    await writeFile(join(migrationsDir, '20260101000000_create_notes.sql'), NOTES)
    for (const [name, source] of Object.entries({
      echo: ECHO,
      greedy: GREEDY,
      broken: 'throw new Error("no")',
    })) {
      await mkdir(join(functionsDir, name), { recursive: true })
      await writeFile(join(functionsDir, name, 'index.ts'), source)
    }
    await mkdir(join(functionsDir, '_shared'))
    stack = await startTestStack({ migrationsDir, functionsDir, isDurable: true })
  })
  afterAll(async () => {
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const client = () =>
    createClient(stack.supabaseUrl, stack.keys.publishableKey, { auth: { persistSession: false } })
  const withAdmin = async <T>(work: (sql: postgres.Sql) => Promise<T>) => {
    const sql = postgres(stack.databaseAdminUrl, { max: 1 })
    try {
      return await work(sql)
    } finally {
      await sql.end()
    }
  }

  it('lets unmodified supabase-js sign up, sign in and read what row level security allows', async () => {
    const alice = client()
    const credentials = { email: 'alice@example.test', password: 'a long password' }
    const signUp = await alice.auth.signUp(credentials)
    expect(signUp.error).toBeNull()
    await alice.auth.signOut()
    const signIn = await alice.auth.signInWithPassword(credentials)
    expect(signIn.error).toBeNull()
    const { data } = await alice.auth.getClaims()
    expect(data?.claims.sub).toBe(signUp.data.user?.id)

    const inserted = await alice.from('notes').insert([{ body: 'mine' }, { body: 'ours', is_public: true }])
    expect(inserted.error).toBeNull()
    expect((await alice.from('notes').select('body').order('id')).data).toEqual([
      { body: 'mine' },
      { body: 'ours' },
    ])
    expect((await client().from('notes').select('body')).data).toEqual([{ body: 'ours' }])
  })

  it('puts both metadata into every token it issues, and lets nobody name their own role', async () => {
    const credentials = { email: 'olga@example.test', password: 'a long password' }
    const olga = client()
    await olga.auth.signUp({
      ...credentials,
      options: { data: { display_name: 'Olga', role: 'operator', app_metadata: { role: 'operator' } } },
    })
    const own = (await olga.auth.getClaims()).data?.claims
    expect(own?.user_metadata).toMatchObject({ display_name: 'Olga' })
    expect(own?.app_metadata?.role).toBeUndefined()

    await withAdmin(
      (sql) => sql`
        update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "operator"}'
        where email = ${credentials.email}`,
    )
    await olga.auth.signInWithPassword(credentials)
    expect((await olga.auth.getClaims()).data?.claims.app_metadata).toMatchObject({ role: 'operator' })
    const renewed = await olga.auth.refreshSession()
    expect(renewed.error).toBeNull()
    expect((await olga.auth.getClaims()).data?.claims.app_metadata).toMatchObject({ role: 'operator' })
    expect((await olga.auth.getUser()).data.user?.email).toBe(credentials.email)
  })

  it('refuses what row level security and grants forbid', async () => {
    const mallory = client()
    await mallory.auth.signUp({ email: 'mallory@example.test', password: 'a long password' })
    const { data } = await client().auth.signInWithPassword({
      email: 'alice@example.test',
      password: 'a long password',
    })
    const foreign = await mallory.from('notes').insert({ body: 'forged', owner_id: data.user?.id })
    expect(foreign.error?.code).toBe('42501')
    expect((await client().from('notes').insert({ body: 'x' })).error?.code).toBe('42501')
    expect((await mallory.from('secrets').select('id')).error?.code).toBe('42501')
    expect((await mallory.schema('auth').from('users').select('id')).error).not.toBeNull()
    expect((await mallory.schema('private').from('rows').select('id')).error).not.toBeNull()
    const bad = await client().auth.signInWithPassword({
      email: 'alice@example.test',
      password: 'wrong password',
    })
    expect(bad.error?.status).toBe(400)
  })

  it('wants a known key, and gives the secret key the rights of service_role', async () => {
    const forged = createClient(stack.supabaseUrl, 'sb_publishable_forged', {
      auth: { persistSession: false },
    })
    expect((await forged.from('notes').select('body')).status).toBe(401)
    expect((await fetch(`${stack.supabaseUrl}/rest/v1/notes`)).status).toBe(401)
    const service = createClient(stack.supabaseUrl, stack.keys.secretKey, { auth: { persistSession: false } })
    expect((await service.from('secrets').select('id')).error).toBeNull()
    expect((await fetch(`${stack.supabaseUrl}/_system/info`)).status).toBe(404)
  })

  it('never widens a grant by serving requests', async () => {
    await client().from('notes').select('body')
    const rows = await withAdmin(
      (sql) => sql`
        select role, t.name, has_table_privilege(role, t.name, 'insert, update, delete, select') as has
        from unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) role
        cross join unnest(array['private.rows']) t(name)`,
    )
    expect(rows.map((row) => row.has as boolean)).toEqual([false, false, false, false])
    const [anon] = await withAdmin((sql) => sql`select has_table_privilege('anon', 'notes', 'insert') as has`)
    expect(anon?.has).toBe(false)
  })

  it('prints the password mail with a link that verifyOtp accepts', async () => {
    const { error } = await client().auth.resetPasswordForEmail('alice@example.test')
    expect(error).toBeNull()
    const link = stack.lines.map((line) => /http\S+/.exec(line)?.[0]).findLast((found) => found !== undefined)
    const url = new URL(link ?? '')
    expect(url.origin + url.pathname).toBe('http://localhost:3000/auth/confirm')
    expect(url.searchParams.get('type')).toBe('recovery')
    expect(url.searchParams.get('next')).toBe('/reset-password')
    const alice = client()
    const token_hash = url.searchParams.get('token_hash') ?? ''
    const verified = await alice.auth.verifyOtp({ token_hash, type: 'recovery' })
    expect(verified.error).toBeNull()
    expect((await alice.auth.updateUser({ password: 'another password' })).error).toBeNull()
    const again = await client().auth.verifyOtp({ token_hash, type: 'recovery' })
    expect(again.error).not.toBeNull()
  })

  it('starts a function on its first call, passes the request through, and restarts it after kill -9', async () => {
    expect(stack.functions.pidOf('echo')).toBeUndefined()
    const call = () =>
      fetch(`${stack.supabaseUrl}/functions/v1/echo/deep?q=1`, {
        method: 'PUT',
        body: 'hello',
        headers: { 'x-try': 'once' },
      })
    const first = await call()
    expect(first.status).toBe(201)
    expect(first.headers.get('x-answer')).toBe('yes')
    const answer = (await first.json()) as { pid: number }
    expect(answer).toMatchObject({
      method: 'PUT',
      path: '/echo/deep?q=1',
      header: 'once',
      body: 'hello',
      url: stack.supabaseUrl,
    })
    process.kill(stack.functions.pidOf('echo') ?? 0, 'SIGKILL')
    const second = await eventually(5000, async () => {
      const response = await call()
      expect(response.status).toBe(201)
      return (await response.json()) as { pid: number }
    })
    expect(second.pid).not.toBe(answer.pid)
  })

  it('gives a function no more than its settings and loopback', async () => {
    const response = await fetch(`${stack.supabaseUrl}/functions/v1/greedy`)
    expect(await response.json()).toEqual(['NotCapable', 'NotCapable', 'NotCapable'])
  })

  it('answers 404 for unknown names, 502 for a function that cannot start, 413 for too much', async () => {
    for (const name of ['nothing', '_shared', '..%2f..%2fetc', '../echo', '']) {
      const response = await fetch(`${stack.supabaseUrl}/functions/v1/${name}`)
      expect(response.status, name).toBe(404)
    }
    expect((await fetch(`${stack.supabaseUrl}/functions/v1/broken`)).status).toBe(502)
    const big = await fetch(`${stack.supabaseUrl}/functions/v1/echo`, {
      method: 'POST',
      body: 'x'.repeat(6_000_001),
    })
    expect(big.status).toBe(413)
  })

  it('heals within 15 s of kill -9 of the database and loses no acknowledged write', async () => {
    await withAdmin((sql) => sql`create table acknowledged (id int primary key)`)
    const acknowledged: number[] = []
    let isWriting = true
    let next = 0
    const write = async () => {
      const sql = postgres(stack.databaseAdminUrl, { max: 1, backoff: () => 0.1, connect_timeout: 2 })
      while (isWriting) {
        next += 1
        const id = next
        await sql`insert into acknowledged values (${id})`.then(
          () => acknowledged.push(id),
          () => delay(20),
        )
      }
      await sql.end({ timeout: 1 })
    }
    const writers = [write(), write(), write(), write()]
    await eventually(10_000, () => expect(acknowledged.length).toBeGreaterThan(200))
    const pid = stack.databasePid()
    process.kill(pid ?? 0, 'SIGKILL')
    const killedAt = performance.now()
    const before = acknowledged.length
    await eventually(15_000, () => expect(acknowledged.length).toBeGreaterThan(before + 50))
    const served = await eventually(15_000 - (performance.now() - killedAt), async () => {
      const result = await client().from('notes').select('body')
      expect(result.error).toBeNull()
      return result
    })
    expect(performance.now() - killedAt).toBeLessThan(15_000)
    expect(served.data).toEqual([{ body: 'ours' }])
    expect(stack.databasePid()).not.toBe(pid)
    isWriting = false
    await Promise.all(writers)
    const kept = await withAdmin((sql) => sql<{ id: number }[]>`select id from acknowledged`)
    const ids = new Set(kept.map((row) => row.id))
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
  }, 60_000)
})

describe('stopping the embedded Supabase', () => {
  it('leaves no process and no open port', async () => {
    const folder = await mkdtemp(join(tmpdir(), `souk-test-${process.pid}-`))
    const functionsDir = join(folder, 'supabase', 'functions')
    await mkdir(join(functionsDir, 'echo'), { recursive: true })
    await writeFile(join(functionsDir, 'echo', 'index.ts'), ECHO)
    const stack = await startTestStack({ migrationsDir: join(folder, 'none'), functionsDir })
    await fetch(`${stack.supabaseUrl}/functions/v1/echo`)
    const pids = [stack.databasePid(), stack.functions.pidOf('echo')]
    expect(pids.map((pid) => isAlive(pid ?? 0))).toEqual([true, true])
    await stack.stop()
    expect(pids.map((pid) => isAlive(pid ?? 0))).toEqual([false, false])
    await expect(fetch(stack.supabaseUrl)).rejects.toThrow()
    await rm(folder, { recursive: true, force: true })
  })
})
