/**
 * `npm run storage:migrate -- DIR`: brings the old file tree into the database. Tells what it would do; with --apply it
 * does it, reads every row again, and says by its exit code how it went.
 */
import { stat, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { useMarketplace } from './stack/marketplace-settings.ts'
import type { ImportReport } from './storage/import-tree.ts'
import { progressBar, type ProgressBar } from './storage/progress-bar.ts'
import { walkTree } from './storage/walk-tree.ts'

const HELP = `Usage: npm run storage:migrate -- DIR [options]

Imports DIR/{namespace}/{name}/{version}/{name}-{version}.yaml into the running marketplace, or into the one that the
settings name. Nothing is written without --apply. Run it again to go on where it stopped. Source files are only read.

  --apply           write, then read every row again and compare hashes
  --store SLUG      the store that gets namespaces which nobody has claimed
  --operator ID     account of an operator, who publishes for stores without an owner
  --parallel N      publish so many at a time (8)
  --report FILE     write the whole report as JSON
  --help            this text

Exit code: 0 all there (or, without --apply, ready to go), 1 something is missing, invalid or different,
2 it could not run, or not to its end, 130 interrupted.`

const SHOWN = 20

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      apply: { type: 'boolean', default: false },
      store: { type: 'string' },
      operator: { type: 'string' },
      parallel: { type: 'string', default: '8' },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(HELP)
    return 0
  }
  const [dir] = positionals
  const parallel = Number(values.parallel)
  if (dir === undefined || positionals.length > 1) throw new Error(HELP)
  if (!Number.isInteger(parallel) || parallel < 1 || parallel > 64) throw new Error('--parallel is 1 to 64.')
  if (!(await stat(dir)).isDirectory()) throw new Error(`${dir} is not a folder.`)
  process.env.DATABASE_POOL_SIZE ||= String(parallel)
  process.env.LOG_LEVEL ||= 'warn'
  await useMarketplace()
  const { withUnhurriedCommits } = await import('./storage/published.ts')
  // A transaction pooler shares its sessions with others, whose commits are to wait.
  if (process.env.DATABASE_POOL_MODE !== 'transaction') {
    process.env.DATABASE_URL = withUnhurriedCommits(process.env.DATABASE_URL ?? '')
  }
  const { importTree } = await import('./storage/import-tree.ts')
  const { closeDatabase } = await import('#lib/platform/db')
  const interruption = new AbortController()
  process.once('SIGINT', () => interruption.abort())
  const total = await countSources(dir)
  let bar: ProgressBar | undefined
  let phase: string | undefined
  const startedAt = performance.now()
  try {
    const report = await importTree({
      dir,
      parallel,
      isApplied: values.apply,
      storeSlug: values.store,
      operatorId: values.operator,
      signal: interruption.signal,
      onProgress(next, done) {
        if (next !== phase) {
          bar?.finish()
          phase = next
          bar = progressBar(next === 'verify' ? 'Verifying' : values.apply ? 'Importing' : 'Checking ', total)
        }
        bar?.update(done)
      },
    })
    bar?.finish()
    if (values.report !== undefined) await writeFile(values.report, `${JSON.stringify(report, null, 2)}\n`)
    print(report, values.apply, (performance.now() - startedAt) / 1000)
    return exitCodeOf(report)
  } finally {
    await closeDatabase()
  }
}

async function countSources(dir: string): Promise<number> {
  let count = 0
  for await (const found of walkTree(dir)) count += found.filter(({ kind }) => kind === 'source').length
  return count
}

function print(report: ImportReport, isApplied: boolean, seconds: number): void {
  const { migrated, alreadyThere, missing, invalid, different, verified, stray } = report
  console.log(`
  ${isApplied ? 'migrated       ' : 'would migrate  '}  ${migrated}
  already there    ${alreadyThere}
  missing          ${missing.length}
  invalid          ${invalid.length}${isApplied ? `\n  verified         ${verified}\n  different        ${different.length}` : ''}
  other files      ${stray}
  ${Math.round(seconds * 10) / 10} s, ${Math.round((migrated + alreadyThere) / seconds)} a second`)
  const troubles = [...different, ...invalid, ...missing]
  for (const { path, reason } of troubles.slice(0, SHOWN)) console.log(`  ${JSON.stringify(path)}: ${reason}`)
  if (troubles.length > SHOWN) console.log(`  … and ${troubles.length - SHOWN} more: see --report`)
  if (report.gaveUp !== null) console.log(`\nGave up: ${report.gaveUp} Run it again to go on.`)
  else if (report.isInterrupted) console.log('\nInterrupted. Run it again to go on.')
  else if (!isApplied) console.log('\nNothing was written. Add --apply to do it.')
}

function exitCodeOf({ missing, invalid, different, isInterrupted, gaveUp }: ImportReport): number {
  if (gaveUp !== null) return 2
  if (isInterrupted) return 130
  return missing.length + invalid.length + different.length > 0 ? 1 : 0
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 2
  },
)
