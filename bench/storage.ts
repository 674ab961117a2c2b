/**
 * `npm run bench:storage`: makes an old file tree of N manifests, brings it into a database of its own, as
 * `npm run storage:migrate -- DIR --apply` does, and says how long that took. Stops and removes everything it made.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { progressBar } from '../scripts/storage/progress-bar.ts'
import { startDatabase } from './catalog-database.ts'
import { recordRun } from './record-run.ts'

const HELP = `Usage: npm run bench:storage -- [options]

  --files N      manifests to make (100000)
  --parallel N   publish so many at a time (8)
  --help         this text`

/** As many versions has each package. */
const VERSIONS = 4
const WORDS =
  'prompt agent image language server memory search database review summary write translate'.split(' ')

const undo: (() => unknown)[] = []

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      files: { type: 'string', default: '100000' },
      parallel: { type: 'string', default: '8' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const [files, parallel] = [Number(values.files), Number(values.parallel)]
  const dir = await mkdtemp(join(tmpdir(), 'souk-bench-storage-'))
  // A server that has just ended may still be putting its files away.
  undo.push(() => rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
  const tree = join(dir, 'tree')
  await makeTree(tree, files)
  await mkdir(join(dir, 'data'))
  const database = await startDatabase(join(dir, 'data'))
  undo.push(database.stop)
  await openStore(database.adminUrl)
  const { withUnhurriedCommits } = await import('../scripts/storage/published.ts')
  Object.assign(process.env, {
    DATABASE_URL: withUnhurriedCommits(database.url),
    DATABASE_POOL_SIZE: String(parallel),
    SUPABASE_URL: 'http://127.0.0.1:9',
    SUPABASE_PUBLISHABLE_KEY: 'bench',
    SUPABASE_SECRET_KEY: 'bench',
    LOG_LEVEL: 'warn',
  })
  const { importTree } = await import('../scripts/storage/import-tree.ts')
  const { closeDatabase } = await import('#lib/platform/db')
  undo.push(closeDatabase)
  const bar = progressBar('Importing', files)
  const startedAt = performance.now()
  let importedAt = startedAt
  const report = await importTree({
    ...{ dir: tree, isApplied: true, parallel, storeSlug: 'old' },
    onProgress(phase, done) {
      if (phase === 'import') {
        importedAt = performance.now()
        bar.update(done)
      }
    },
  })
  bar.finish()
  const seconds = (from: number, to: number) => Math.round((to - from) / 100) / 10
  const finishedAt = performance.now()
  const result = {
    ...{
      files,
      parallel,
      migrated: report.migrated,
      verified: report.verified,
      invalid: report.invalid.length,
    },
    importSeconds: seconds(startedAt, importedAt),
    verifySeconds: seconds(importedAt, finishedAt),
    perSecond: Math.round(files / ((finishedAt - startedAt) / 1000)),
  }
  console.log(result)
  await recordRun('storage', result)
  if (report.migrated !== files || report.verified !== files) process.exitCode = 1
}

async function makeTree(dir: string, files: number): Promise<void> {
  for (let made = 0; made < files; made += VERSIONS) {
    const index = made / VERSIONS
    const [namespace, name] = [`old-${index % 50}`, `package-${index}`]
    const word = (offset: number) => WORDS[(index * 7 + offset * 5) % WORDS.length] ?? ''
    for (let version = 0; version < Math.min(VERSIONS, files - made); version += 1) {
      const folder = join(dir, namespace, name, `1.${version}.0`)
      await mkdir(folder, { recursive: true })
      await writeFile(
        join(folder, `${name}-1.${version}.0.yaml`),
        `id: ${namespace}/${name}
version: 1.${version}.0
kind: prompt
metadata:
  name: ${word(0)} ${word(1)} ${index}
  description: A ${word(2)} for ${word(3)} and ${word(4)}, kept since the old days.
  license: MIT
  tags: [language:en, task:${word(5)}]
spec:
  template: |
${Array.from({ length: 20 }, (_, line) => `    ${word(line)} ${word(line + 1)} ${word(line + 2)} {{input}} ${line} ${index}`).join('\n')}
`,
      )
    }
  }
}

async function openStore(adminUrl: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined })
  const userId = randomUUID()
  try {
    await sql`
      insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
      values (${userId}, 'authenticated', 'authenticated', 'old@souk.test', '{}', '{}', now(), now())`
    await sql`insert into catalog.stores (owner_id, slug, name) values (${userId}, 'old', 'Old')`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

async function stopAll(): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(130)))
}
try {
  await main()
} finally {
  await stopAll()
}
