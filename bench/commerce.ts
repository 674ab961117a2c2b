/**
 * `npm run bench:commerce`: purchases a second at 8 clients over 50 sellers and on one hot seller, through the server of
 * `npm start` and in the database alone, with the statements that one purchase takes. Stops everything it started.
 */
import { mkdir, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { projectRoot } from '../scripts/stack/settings.ts'
import { startDatabase } from './catalog-database.ts'
import { get } from './catalog-senders.ts'
import { addBareOrders, loadShop } from './commerce-database.ts'
import {
  buyInDatabase,
  buyOneByOne,
  buyOverHttp,
  orderBarely,
  purchasesOf,
  signIn,
} from './commerce-requests.ts'
import { startShopServer } from './commerce-server.ts'
import { startNextCeiling } from './http-servers.ts'
import { measure, type Measurement } from './measure.ts'
import { recordRun } from './record-run.ts'

const HELP = `Usage: npm run bench:commerce -- [options]

  --seconds S    how long each measurement lasts (5)
  --clients N    clients at once (8)
  --only TEXT    only measurements whose name holds TEXT: database, http, fifty, hot
  --help         this text

The clients and PostgreSQL share the machine's processors. Commits are durable: fsync is on, and each is waited for.
Ends with what is asked of it and whether it was met; a figure below is no error, since it is the machine's as well.`

/**
 * Purchases a second at 8 clients on two processors, where a bare order function was measured at 10,000 and a route of Next
 * with one query at 1,400. Machines differ, so both are measured beside, and the shares are what is compared.
 */
const ASKED = { database: 4_000, http: 700 }
const BARE = 'database bare order'
const ONE_QUERY = 'http Next, one query'
const SHARES_ASKED = { [BARE]: 0.4, [ONE_QUERY]: 0.5 }
const STATEMENTS_ASKED = 3
const HOT_SHARE_ASKED = 0.5
const SETTINGS = [
  'fsync',
  'synchronous_commit',
  'commit_delay',
  'wal_sync_method',
  'shared_buffers',
  'max_wal_size',
]

interface Line extends Measurement {
  name: string
  statementsEach: number
}

const undo: (() => Promise<unknown>)[] = []

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      clients: { type: 'string', default: '8' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const [clients, seconds] = [Number(values.clients), Number(values.seconds)]
  const dataDir = join(projectRoot, '.souk', `bench-${process.pid}`)
  undo.push(() => rm(dataDir, { recursive: true, force: true }))
  await mkdir(dataDir, { recursive: true })
  const database = await startDatabase(dataDir)
  undo.push(database.stop)
  const admin = postgres(database.adminUrl, { max: 1, onnotice: () => undefined })
  undo.push(() => admin.end({ timeout: 5 }))
  console.log('Filling the shop')
  const shop = await loadShop(admin, { sellers: 51, packagesPerSeller: 100, buyers: 2000 })
  const hot = shop.handles.slice(0, shop.packagesPerSeller)
  // One package of each seller after the other, so that sales that come together go to different sellers.
  const rest = shop.handles.slice(shop.packagesPerSeller)
  const fifty = rest.map(
    (_, index) => rest[(index % 50) * shop.packagesPerSeller + Math.floor(index / 50)] ?? '',
  )
  const purchases = {
    fifty: purchasesOf(shop.buyers, fifty, 'fifty'),
    hot: purchasesOf(shop.buyers, hot, 'hot'),
  }
  const sql = postgres(database.adminUrl, { max: clients, onnotice: () => undefined })
  undo.push(() => sql.end({ timeout: 5 }))
  const together = postgres(database.adminUrl, { max: 2, onnotice: () => undefined })
  undo.push(() => together.end({ timeout: 5 }))
  const wanted = (name: string) => name.includes(values.only)
  const senders = new Map<string, (index: number) => Promise<boolean>>()
  await addBareOrders(admin)
  senders.set(BARE, orderBarely(sql, purchasesOf(shop.buyers, fifty, 'bare')))
  senders.set('database fifty, one by one', buyOneByOne(sql, purchases.fifty))
  for (const shelf of ['fifty', 'hot'] as const)
    senders.set(`database ${shelf}`, buyInDatabase(sql, together, purchases[shelf]))
  if (['http fifty', 'http hot'].some(wanted)) {
    const web = await startShopServer(dataDir, database.url)
    undo.push(web.stop)
    const authorizations = await signIn(shop.buyers)
    for (const shelf of ['fifty', 'hot'] as const) {
      senders.set(`http ${shelf}`, buyOverHttp(web.origin, authorizations, purchases[shelf]))
    }
    const ceiling = await startNextCeiling(database.url)
    undo.push(ceiling.stop)
    const agent = new Agent({ keepAlive: true, maxSockets: 64 })
    senders.set(ONE_QUERY, async () => (await get(agent, `${ceiling.origin}/query`)).status === 200)
  }
  const lines: Line[] = []
  const next = { fifty: 0, hot: 0, beside: 0 }
  console.log(await settingsLine(admin))
  console.log(heading())
  for (const [name, send] of senders) {
    if (!wanted(name)) continue
    const shelf = name in SHARES_ASKED ? 'beside' : name.endsWith('hot') ? 'hot' : 'fifty'
    next[shelf] += (await measure({ clients, seconds: 1.5, send, first: next[shelf] })).requests
    await admin`select pg_stat_statements_reset()`
    const measured = await measure({ clients, seconds, send, first: next[shelf] })
    next[shelf] += measured.requests
    const [counted] = await admin<{ calls: number }[]>`
      select coalesce(sum(calls), 0)::float8 as calls from pg_stat_statements where query not like '%pg_stat_statements%'`
    const statementsEach = Math.round(((counted?.calls ?? 0) / measured.requests) * 100) / 100
    const line = { name, statementsEach, ...measured }
    lines.push(line)
    console.log(format(line))
  }
  for (const line of verdicts(lines)) console.log(line)
  const faults = await admin`select fault, subject from ledger.verify()`
  if (faults.length > 0) throw new Error(`The ledger does not verify: ${JSON.stringify(faults.slice(0, 3))}`)
  const [orders] = await admin<{ count: number }[]>`select count(*)::int from commerce.orders`
  console.log(`\nThe ledger verifies after ${orders?.count} orders.`)
  await recordRun('commerce', { clients, seconds, syncMs: await syncMs(admin), lines })
}

/** How long one durable commit of next to nothing takes here: what no purchase can be quicker than. */
async function syncMs(sql: postgres.Sql): Promise<number> {
  await sql`create table public.bench_commits (n int)`
  const { p50Ms } = await measure({
    clients: 1,
    seconds: 1,
    send: async (index) => (await sql`insert into public.bench_commits values (${index})`).count === 1,
  })
  return p50Ms
}

async function settingsLine(sql: postgres.Sql): Promise<string> {
  const rows = await sql<{ line: string }[]>`
    select name || '=' || current_setting(name) as line from unnest(${SETTINGS}::text[]) name`
  return `\n${rows.map(({ line }) => line).join(', ')}; rate limits off, tasks off`
}

/** What was asked, what came of it. */
function verdicts(lines: readonly Line[]): string[] {
  const told = (what: string, is: number, asked: string, isMet: boolean) =>
    `${isMet ? 'met   ' : 'MISSED'} ${what}: ${is} (asked: ${asked})`
  const results: string[] = ['']
  for (const [beside, least] of Object.entries(SHARES_ASKED)) {
    const [bought, bare] = [`${beside.split(' ')[0]} fifty`, beside].map((wanted) =>
      lines.find(({ name }) => name === wanted),
    )
    if (!bought || !bare) continue
    const share = Math.round((bought.perSecond / bare.perSecond) * 100) / 100
    results.push(told(`${bought.name} beside ${beside}`, share, `${least} or more`, share >= least))
  }
  for (const { name, perSecond, statementsEach, failures } of lines) {
    if (name in SHARES_ASKED) continue
    const asked = ASKED[name.startsWith('http') ? 'http' : 'database']
    if (name.endsWith('fifty'))
      results.push(told(`${name}, a second`, perSecond, `${asked} or more`, perSecond >= asked))
    const hasFew = statementsEach <= STATEMENTS_ASKED
    results.push(told(`${name}, statements each`, statementsEach, `${STATEMENTS_ASKED} or fewer`, hasFew))
    results.push(told(`${name}, failed`, failures, '0', failures === 0))
  }
  for (const way of ['database', 'http']) {
    const [hot, fifty] = ['hot', 'fifty'].map((shelf) => lines.find(({ name }) => name === `${way} ${shelf}`))
    if (!hot || !fifty) continue
    const share = Math.round((hot.perSecond / fifty.perSecond) * 100) / 100
    results.push(
      told(
        `${way}, one hot seller beside fifty`,
        share,
        `${HOT_SHARE_ASKED} or more`,
        share >= HOT_SHARE_ASKED,
      ),
    )
  }
  return results
}

function heading(): string {
  return ['\npurchases', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms', 'failed', 'statements']
    .map((text, index) => (index === 0 ? text.padEnd(28) : text.padStart(11)))
    .join('')
}

function format({ name, perSecond, p50Ms, p95Ms, p99Ms, maxMs, failures, statementsEach }: Line): string {
  const numbers = [perSecond, p50Ms, p95Ms, p99Ms, maxMs, failures, statementsEach]
  return name.padEnd(27) + numbers.map((value) => String(value).padStart(11)).join('')
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
