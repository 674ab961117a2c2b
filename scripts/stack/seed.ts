/** Runs `scripts/seed.ts` when this database has not had the present seed data yet. */
import { closeSync, existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { spawnChild } from './child.ts'
import { fingerprint } from './fingerprint.ts'
import { openLog } from './postgres.ts'

export type SeedOptions = {
  root: string
  stackDir: string
  databaseAdminUrl: string
  env: Readonly<Record<string, string>>
}

async function seedFingerprint(root: string): Promise<string> {
  const scripts = (await readdir(join(root, 'scripts'))).filter((name) => name.startsWith('seed'))
  return fingerprint(root, ['supabase/seeds', ...scripts.map((name) => `scripts/${name}`)])
}

async function withDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function recordedInDatabase(url: string): Promise<string | undefined> {
  return withDatabase(url, async (sql) => {
    await sql`
      create table if not exists supabase_migrations.souk_seed (
        only_row boolean primary key default true check (only_row),
        fingerprint text not null,
        seeded_at timestamptz not null default now()
      )`
    const [row] = await sql<{ fingerprint: string }[]>`select fingerprint from supabase_migrations.souk_seed`
    return row?.fingerprint
  })
}

async function record(options: SeedOptions, path: string, value: string): Promise<void> {
  await withDatabase(
    options.databaseAdminUrl,
    (sql) => sql`
      insert into supabase_migrations.souk_seed (fingerprint) values (${value})
      on conflict (only_row) do update set fingerprint = excluded.fingerprint, seeded_at = now()`,
  )
  await writeFile(path, value)
}

export async function seed(options: SeedOptions): Promise<'seeded' | 'up to date' | 'no seed'> {
  const { root, stackDir } = options
  const program = join(root, 'scripts', 'seed.ts')
  if (!existsSync(program)) return 'no seed'
  const notePath = join(stackDir, 'seed-fingerprint')
  const [expected, noted, recorded] = await Promise.all([
    seedFingerprint(root),
    readFile(notePath, 'utf8').catch(() => undefined),
    recordedInDatabase(options.databaseAdminUrl),
  ])
  if (noted === expected && recorded === expected) return 'up to date'
  const log = await openLog(stackDir, 'seed')
  try {
    const child = await spawnChild({
      command: process.execPath,
      args: ['--conditions=react-server', '--disable-warning=ExperimentalWarning', program],
      cwd: root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', log.fd, log.fd],
    })
    const { code } = await child.exited
    if (code !== 0) {
      const tail = (await readFile(log.path, 'utf8')).trimEnd().split('\n').slice(-20).join('\n')
      throw new Error(`Seeding failed:\n${tail}`)
    }
  } finally {
    closeSync(log.fd)
  }
  await record(options, notePath, expected)
  return 'seeded'
}
