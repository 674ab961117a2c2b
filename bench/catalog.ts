/**
 * `npm run bench:catalog -- --rows N`: fills a database of its own with N made-up entries, starts the production server on
 * it, and measures searching through HTTP and straight at the database. Stops everything it started.
 */
import { mkdir, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { buildWeb } from '../scripts/stack/build.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { startWeb } from '../scripts/stack/web.ts'
import { loadOnce, readDeepPositions, readIntoMemory, readSizes, startDatabase } from './catalog-database.ts'
import { type Line, reportGoals } from './catalog-goals.ts'
import { measureRebuild } from './catalog-rebuild.ts'
import { directSender, get, httpSender, type Send, webSettings } from './catalog-senders.ts'
import { type Workload, workloads } from './catalog-workload.ts'
import { measure } from './measure.ts'
import { recordRun } from './record-run.ts'

const HELP = `Usage: npm run bench:catalog -- [options]

  --rows N       entries to make (200000)
  --seconds S    how long each measurement lasts (4)
  --data DIR     keep the data here and use it again for the same number of rows
  --only TEXT    only measurements whose name holds TEXT
  --rebuild      also rebuild the index while 8 clients search
  --help         this text`

const undo: (() => Promise<unknown>)[] = []

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '200000' },
      seconds: { type: 'string', default: '4' },
      data: { type: 'string' },
      only: { type: 'string', default: '' },
      rebuild: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const rows = Number(values.rows)
  const dataDir = values.data ?? join(projectRoot, '.souk', `bench-${process.pid}`)
  if (values.data === undefined) undo.push(() => rm(dataDir, { recursive: true, force: true }))
  await mkdir(dataDir, { recursive: true })
  const database = await startDatabase(dataDir)
  undo.push(database.stop)
  const load = await loadOnce(database.adminUrl, dataDir, rows)
  console.log('Building and starting the web server')
  await buildWeb(projectRoot)
  const sql = postgres(database.adminUrl, { max: 2, onnotice: () => undefined })
  undo.push(() => sql.end({ timeout: 5 }))
  const sizes = await readSizes(sql)
  await readIntoMemory(sql)
  const origin = await startServer(dataDir, database.url)
  const all = workloads(await readDeepPositions(sql, rows)).filter(({ name }) => name.includes(values.only))
  const direct = await directSender(database.url)
  undo.push(direct.close)
  const lines: Line[] = []
  const senders = (workload: Workload) => ({
    http: httpSender(origin, workload),
    direct: direct.sender(workload),
  })
  await warm(all, senders, Math.max(10_000, rows / 80))
  console.log(heading())
  for (const workload of all) {
    // Each measurement goes on in the series where the one before ended: nothing is asked twice to make it look quick.
    let first = 0
    const sends = senders(workload)
    for (const via of ['http', 'direct'] as const) {
      const send = sends[via]
      if (!send) continue
      for (const clients of [1, 8]) {
        first += (await measure({ clients, seconds: 0.5, send, first })).requests
        const measured = await measure({ clients, seconds: Number(values.seconds), send, first })
        first += measured.requests
        const line = { name: workload.name, via, ...measured }
        lines.push(line)
        console.log(format(line))
      }
    }
  }
  if (rows >= 1_000_000) reportGoals(rows, lines)
  const visible = await measureVisibility(sql, origin)
  console.log(`\nA changed entry was found ${visible} ms after its commit began.`)
  const mixed = workloads([]).find(({ name }) => name === 'search: mixed')
  const rebuild = values.rebuild && mixed ? await measureRebuild(database.url, origin, mixed) : null
  await recordRun('catalog', { rows, load, sizes, lines, visibleAfterMs: visible, rebuild })
}

async function startServer(dataDir: string, databaseUrl: string): Promise<string> {
  const port = await nextFreePort(0)
  const web = await startWeb({
    root: projectRoot,
    stackDir: dataDir,
    port,
    host: '127.0.0.1',
    isDev: false,
    env: {
      ...webSettings(databaseUrl),
      RATE_LIMITS: 'off',
      // What is measured is searching, not what keeps its answers: bench:http measures that.
      EDGE_CACHE: 'off',
      JOBS: 'off',
      SITE_URL: `http://127.0.0.1:${port}`,
      NEXT_TELEMETRY_DISABLED: '1',
    },
    report: console.log,
  })
  undo.push(() => web.stop('SIGTERM', 2000))
  return `http://127.0.0.1:${port}`
}

/** As a server that has run for a while: postings are held (that is the pause), connections open, statements planned. */
async function warm(
  all: readonly Workload[],
  senders: (workload: Workload) => Record<'http' | 'direct', Send | null>,
  firstPauseMs: number,
): Promise<void> {
  console.log('Warming up')
  for (const [round, pauseMs] of [firstPauseMs, 0].entries()) {
    for (const workload of all) {
      for (const send of Object.values(senders(workload))) {
        // From far along the series, which the measurements do not reach.
        for (let index = 0; send && index < 40; index += 1) await send(1_000_000 + 40 * round + index)
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function measureVisibility(sql: postgres.Sql, origin: string): Promise<number> {
  const name = `visible${Date.now().toString(36)}`
  const agent = new Agent()
  const startedAt = performance.now()
  await sql`
    update catalog.marketplace_catalog_rows set display_name = ${name},
      search = catalog.search_document(${name}, '', 'Changed by the bench.', '')
    where row_id = (select max(row_id) from catalog.marketplace_catalog_rows)`
  const { body } = await get(agent, `${origin}/api/marketplace?q=${name}`)
  if (!body.includes('"total":1,')) throw new Error(`The changed entry was not found: ${body.slice(0, 300)}`)
  return Math.round(performance.now() - startedAt)
}

function heading(): string {
  return ['\nrequest', 'via', 'clients', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'failed']
    .map((text, index) => (index === 0 ? text.padEnd(20) : text.padStart(8)))
    .join('')
}

function format(line: Line): string {
  const { name, via, clients, perSecond, p50Ms, p95Ms, p99Ms, maxMs, failures } = line
  const numbers = [via, clients, perSecond, p50Ms, p95Ms, p99Ms, maxMs, failures]
  return name.padEnd(19) + numbers.map((value) => String(value).padStart(8)).join('')
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
