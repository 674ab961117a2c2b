/** Owns the database of the bench: starts it, fills it once, reads from it what the measurements need to know. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrate } from '../scripts/stack/migrate.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { postgresUrl, startPostgres } from '../scripts/stack/postgres.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { createSystemSchema } from '../scripts/stack/system-schema.ts'
import type { DeepPosition } from './catalog-workload.ts'
import { loadCatalog, type LoadReport } from './load-catalog.ts'

export interface BenchDatabase {
  adminUrl: string
  url: string
  stop: () => Promise<unknown>
}

export async function startDatabase(dataDir: string): Promise<BenchDatabase> {
  const port = await nextFreePort(0)
  const password = 'bench'
  const server = await startPostgres({ stackDir: dataDir, port, password })
  await createSystemSchema(server.url, { authenticator: password, soukApp: password })
  await migrate(server.url, join(projectRoot, 'supabase', 'migrations'))
  return {
    adminUrl: server.url,
    url: postgresUrl({ user: 'souk_app', password, port }),
    stop: () => server.child.stop('SIGINT'),
  }
}

export async function loadOnce(adminUrl: string, dataDir: string, rows: number): Promise<LoadReport> {
  const notePath = join(dataDir, 'load.json')
  const note = await readFile(notePath, 'utf8').catch(() => undefined)
  const known = note === undefined ? undefined : (JSON.parse(note) as LoadReport)
  if (known?.rows === rows) return known
  if (known) throw new Error(`${dataDir} holds ${known.rows} rows; choose another folder.`)
  console.log(`Loading ${rows} entries`)
  const sql = postgres(adminUrl, {
    max: 1,
    onnotice: () => undefined,
    connection: { synchronous_commit: 'off' },
  })
  try {
    const report = await loadCatalog(sql, rows, console.log)
    await sql`select public.refresh_marketplace_views()`
    await writeFile(notePath, JSON.stringify(report))
    return report
  } finally {
    await sql.end({ timeout: 5 })
  }
}

export async function readSizes(sql: postgres.Sql): Promise<Record<string, number>> {
  const found = await sql<{ name: string; bytes: number }[]>`
    select c.relname as name, pg_total_relation_size(c.oid)::float8 as bytes from pg_class c
    where c.oid in ('catalog.marketplace_catalog_rows'::regclass, 'catalog.search_rows'::regclass, 'catalog.search_postings'::regclass,
      'catalog.search_facet_blocks'::regclass, 'catalog.search_pairs'::regclass,
      'catalog.search_keys'::regclass, 'catalog.search_terms'::regclass)`
  const megabytes = found.map(({ name, bytes }) => [name, Math.round(bytes / 1024 ** 2)] as const)
  for (const [name, size] of megabytes) console.log(`  ${name}: ${size} MB with its indexes`)
  return Object.fromEntries(megabytes)
}

/** What searches read, as it is in memory on a server that has run for a while. */
export async function readIntoMemory(sql: postgres.Sql): Promise<void> {
  await sql`create extension if not exists pg_prewarm`
  await sql`
    select pg_prewarm(c.oid) from pg_class c
    where c.oid = any(array['catalog.marketplace_catalog_rows', 'catalog.search_rows', 'catalog.search_keys',
        'catalog.search_terms', 'catalog.search_postings', 'catalog.search_pairs']::regclass[])
      or c.oid in (
        select i.indexrelid from pg_index i where i.indrelid = any(array['catalog.marketplace_catalog_rows',
          'catalog.search_rows', 'catalog.search_keys', 'catalog.search_terms', 'catalog.search_postings', 'catalog.search_pairs']::regclass[]))`
}

export async function readDeepPositions(sql: postgres.Sql, rows: number): Promise<DeepPosition[]> {
  const positions: DeepPosition[] = []
  for (const share of [0.01, 0.1, 0.3, 0.5, 0.7, 0.9]) {
    const depth = Math.floor(rows * share)
    for (const [sort, key, direction] of [
      ['hot', 'hot_key', 'desc'],
      ['new', 'created_at', 'desc'],
      ['rating', 'rating_average', 'desc'],
      ['price', 'price_amount', 'asc'],
    ] as const) {
      const [row] = await sql<{ key: string; id: number }[]>`
        select ${sql(key)}::text as key, row_id as id from catalog.search_rows
        order by ${sql(key)} ${sql.unsafe(direction)}, row_id ${sql.unsafe(direction)} offset ${depth} limit 1`
      if (!row) continue
      positions.push({ sort, depth, ...row })
      if (sort === 'hot') {
        positions.push({ sort: 'relevance', q: 'server', depth, ...row })
        positions.push({ sort: 'relevance', q: 'memory', depth, ...row })
      }
    }
    const [named] = await sql<{ key: string; id: number }[]>`
      select lower(display_name) as key, row_id as id from catalog.marketplace_catalog_rows
      order by lower(display_name) collate "C", row_id offset ${depth} limit 1`
    if (named) positions.push({ sort: 'name', depth, ...named })
    const [handled] = await sql<{ key: string; id: number }[]>`
      select handle as key, row_id as id from catalog.marketplace_catalog_rows
      order by handle collate "C", row_id offset ${depth} limit 1`
    if (handled) positions.push({ sort: 'handle', depth, ...handled })
  }
  return positions
}
