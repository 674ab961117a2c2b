/**
 * `npm run prove:rolling`: two instances behind a proxy are restarted one after the other, again and again, while clients
 * ask and a migration is applied in between. Ends with an error when more than the allowed requests failed.
 */
import { randomUUID } from 'node:crypto'
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { httpClient } from '../../bench/http-client.ts'
import { buildWeb } from '../stack/build.ts'
import { defaultMigrationsDir, startEmbedded } from '../stack/embedded.ts'
import { migrate } from '../stack/migrate.ts'
import { nextFreePort } from '../stack/ports.ts'
import { createProgress } from '../stack/progress.ts'
import { seed } from '../stack/seed.ts'
import { projectRoot } from '../stack/settings.ts'
import { startRedis } from '../testing/redis-server.ts'
import { PROBE_MS, startBalancer } from './balancer.ts'
import { tokenOf } from './degradation-asking.ts'
import { shelveFreePackages } from './free-packages.ts'
import { startInstance } from './started-instance.ts'

const CLIENTS = 16
const FREE = { amount: 0, currency: 'USD' }
const ALLOWED_FAILURES = 4
/** Of each client's requests one in so many buys. */
const PURCHASE_EVERY = 40
/** While both instances are restarted once; fewer would prove nothing about purchases. */
const LEAST_PURCHASES = 10
/** Four looks of the balancer: it has noticed by then. */
const DRAIN_MS = 4 * PROBE_MS

/** Pages, lists, a package and its bytes, a range of versions; the last two are answered by no cache. */
const PATHS = [
  '/',
  '/packages/house/code-review',
  '/api/packages/house/code-review',
  '/api/v1/packages/house/code-review/2.0.0/download',
  '/search?q=server',
  '/api/marketplace?q=server',
  '/api/marketplace/home',
  '/api/categories',
  '/api/health',
  '/api/viewer',
  '/sign-in',
]

/** What a release brings along: old and new instances work with it, as docs/operations/zero-downtime.md asks. */
const migrationOf = (round: number) => `-- A column that only the new release fills.
alter table catalog.packages add column rolling_proof_${round} text;
alter table catalog.packages alter column rolling_proof_${round} set default '';
`

interface Tally {
  sent: number
  failures: string[]
  /** Handles of what was bought. */
  bought: string[]
}

interface Market {
  origin: string
  authorization: string
  /** Free packages that nobody has yet: as many as will be asked for. */
  handles: string[]
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string', default: '100000' } } })
  const wanted = Number(values.requests)
  const stackDir = join(projectRoot, '.souk', `prove-rolling-${process.pid}`)
  const ends: (() => Promise<unknown>)[] = [() => rm(stackDir, { recursive: true, force: true })]
  try {
    const { market, instances, release, countOrders } = await startMarketplace(stackDir, ends, wanted)
    const tally: Tally = { sent: 0, failures: [], bought: [] }
    const asking = Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => ask(market, tally, wanted, index)),
    )
    let rounds = 0
    // Of rounds during which was asked until the end.
    let isEnough = true
    while (tally.sent < wanted) {
      const before = tally.bought.length
      for (const [index, instance] of instances.entries()) {
        await instance.restart()
        if (index === 0) await release(rounds)
      }
      rounds += 1
      const bought = tally.bought.length - before
      if (tally.sent < wanted && bought < LEAST_PURCHASES) {
        isEnough = false
        console.log(`Only ${bought} purchases during round ${rounds}`)
      }
    }
    await asking
    isEnough &&= tally.bought.length >= LEAST_PURCHASES
    console.log(
      `${tally.sent} requests of ${CLIENTS} clients while ${rounds * instances.length} restarts and ${rounds} migrations took place: ` +
        `${tally.failures.length} failed; ${tally.bought.length} of them were purchases.`,
    )
    const orders = await countOrders()
    if (orders !== tally.bought.length)
      tally.failures.push(`${orders} orders of ${tally.bought.length} purchases`)
    for (const failure of tally.failures.slice(0, 20)) console.log(`  ${failure}`)
    if (!isEnough) console.log(`Too few purchases: ${tally.bought.length} altogether`)
    const isWhole = isEnough && orders === tally.bought.length
    if (!isWhole || tally.failures.length > ALLOWED_FAILURES) process.exitCode = 1
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

async function startMarketplace(stackDir: string, ends: (() => Promise<unknown>)[], wanted: number) {
  const progress = createProgress()
  const migrationsDir = join(stackDir, 'migrations')
  await mkdir(stackDir, { recursive: true })
  await cp(defaultMigrationsDir, migrationsDir, { recursive: true })
  await progress.step(
    'build',
    () => buildWeb(projectRoot),
    (result) => result,
  )
  const balancer = await startBalancer()
  ends.push(() => balancer.stop())
  const [gatewayPort, databasePort] = [await nextFreePort(0), await nextFreePort(0)]
  const siteUrl = balancer.origin
  const stack = await startEmbedded({
    stackDir,
    gatewayPort,
    databasePort,
    siteUrl,
    progress,
    migrationsDir,
    isDurable: false,
  })
  ends.push(() => stack.stop())
  const redis = await startRedis()
  ends.push(() => redis.stop())
  const env = {
    SITE_URL: siteUrl,
    // All of the load comes from one address. It is counted all the same, by both together.
    RATE_LIMIT_SCALE: '1000',
    REDIS_URL: redis.url,
    SUPABASE_URL: stack.supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: stack.keys.publishableKey,
    SUPABASE_SECRET_KEY: stack.keys.secretKey,
    SUPABASE_JWT_SECRET: stack.keys.jwtSecret,
    DATABASE_URL: stack.databaseUrl,
    APP_SECRET: stack.keys.appSecret,
    SHUTDOWN_DRAIN_MS: String(DRAIN_MS),
    LOG_LEVEL: 'error',
  }
  const { databaseAdminUrl } = stack
  await progress.step('seed', () =>
    seed({
      root: projectRoot,
      stackDir,
      databaseAdminUrl,
      env: { ...env, DATABASE_ADMIN_URL: databaseAdminUrl },
    }),
  )
  const instances = []
  for (const name of ['a', 'b']) {
    const instance = await startInstance(join(stackDir, name), env)
    ends.push(() => instance.stop())
    balancer.add(instance.origin)
    instances.push(instance)
  }
  await balancer.allReady()
  const restartable = instances.map((instance) => ({
    restart: async () => {
      await instance.stop()
      await instance.start()
      await balancer.allReady()
    },
  }))
  const release = async (round: number) => {
    await writeFile(
      join(migrationsDir, `30000101${String(round).padStart(6, '0')}_proof.sql`),
      migrationOf(round),
    )
    await migrate(databaseAdminUrl, migrationsDir)
  }
  const sql = postgres(databaseAdminUrl, { max: 1, onnotice: () => undefined })
  ends.push(() => sql.end({ timeout: 2 }))
  const market: Market = {
    origin: balancer.origin,
    authorization: `Bearer ${await tokenOf(stack.supabaseUrl, stack.keys.publishableKey)}`,
    // Each client counts its own requests, so that it may buy one more.
    handles: await shelveFreePackages(sql, Math.ceil(wanted / PURCHASE_EVERY) + CLIENTS),
  }
  const startedWith = await countOf(sql)
  const countOrders = async () => (await countOf(sql)) - startedWith
  return { market, instances: restartable, release, countOrders }
}

async function countOf(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from commerce.orders`
  return row?.n ?? 0
}

async function ask(market: Market, tally: Tally, wanted: number, client: number): Promise<void> {
  const http = httpClient()
  const { origin, authorization } = market
  for (let index = client; tally.sent < wanted; index += 1) {
    tally.sent += 1
    const purchase = index % PURCHASE_EVERY === 0 ? market.handles.pop() : undefined
    const path = purchase === undefined ? (PATHS[index % PATHS.length] ?? '/') : '/api/purchases'
    try {
      const { status, body } = await http.send(
        `${origin}${path}`,
        purchase === undefined
          ? {}
          : {
              method: 'POST',
              headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
              body: Buffer.from(JSON.stringify({ handle: purchase, expectedPrice: FREE })),
            },
      )
      const isRight = status === (purchase === undefined ? 200 : 201)
      if (!isRight || body.length === 0) tally.failures.push(`${path} answered ${status}`)
      else if (purchase !== undefined) tally.bought.push(purchase)
    } catch (error) {
      tally.failures.push(`${path}: ${error instanceof Error ? error.message : String(error)}`)
      await delay(10)
    }
  }
  http.close()
}

await main()
