/**
 * `npm run prove:rolling`: two instances behind a proxy are restarted one after the other, again and again, while clients
 * ask and a migration is applied in between. Ends with an error when more than the allowed requests failed.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { httpClient } from '../../bench/http-client.ts'
import { buildWeb } from '../stack/build.ts'
import { defaultMigrationsDir, startEmbedded } from '../stack/embedded.ts'
import { migrate } from '../stack/migrate.ts'
import { LOOPBACK, nextFreePort } from '../stack/ports.ts'
import { createProgress } from '../stack/progress.ts'
import { seed } from '../stack/seed.ts'
import { projectRoot } from '../stack/settings.ts'
import type { Supervised } from '../stack/supervisor.ts'
import { startWeb } from '../stack/web.ts'
import { PROBE_MS, startBalancer } from './balancer.ts'

const CLIENTS = 16
const ALLOWED_FAILURES = 4
/** Four looks of the balancer: it has noticed by then. */
const DRAIN_MS = 4 * PROBE_MS
const STOP_MS = 40_000

/** Pages, lists, one package and its bytes; the last two are answered by no cache. */
const PATHS = [
  '/',
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
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string', default: '100000' } } })
  const wanted = Number(values.requests)
  const stackDir = join(projectRoot, '.souk', `prove-rolling-${process.pid}`)
  const ends: (() => Promise<unknown>)[] = [() => rm(stackDir, { recursive: true, force: true })]
  try {
    const { balancer, instances, release } = await startMarketplace(stackDir, ends)
    const tally: Tally = { sent: 0, failures: [] }
    const asking = Promise.all(
      Array.from({ length: CLIENTS }, (_, index) => ask(balancer.origin, tally, wanted, index)),
    )
    let rounds = 0
    while (tally.sent < wanted) {
      for (const [index, instance] of instances.entries()) {
        await instance.restart()
        if (index === 0) await release(rounds)
      }
      rounds += 1
    }
    await asking
    console.log(
      `${tally.sent} requests of ${CLIENTS} clients while ${rounds * instances.length} restarts and ${rounds} migrations took place: ` +
        `${tally.failures.length} failed.`,
    )
    for (const failure of tally.failures.slice(0, 20)) console.log(`  ${failure}`)
    if (tally.failures.length > ALLOWED_FAILURES) process.exitCode = 1
  } finally {
    for (const end of ends.toReversed()) await end()
  }
}

async function startMarketplace(stackDir: string, ends: (() => Promise<unknown>)[]) {
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
  const env = {
    SITE_URL: siteUrl,
    // All of the load comes from one address.
    RATE_LIMITS: 'off',
    SOUK_MODE: 'embedded',
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
  return { balancer, instances: restartable, release }
}

async function startInstance(stackDir: string, env: Record<string, string>) {
  await mkdir(stackDir, { recursive: true })
  const port = await nextFreePort(0)
  const options = {
    root: projectRoot,
    stackDir,
    port,
    host: LOOPBACK,
    isDev: false,
    env,
    report: console.error,
  }
  let web: Supervised = await startWeb(options)
  return {
    origin: `http://${LOOPBACK}:${port}`,
    stop: () => web.stop('SIGTERM', STOP_MS),
    start: async () => {
      web = await startWeb(options)
    },
  }
}

async function ask(origin: string, tally: Tally, wanted: number, client: number): Promise<void> {
  const http = httpClient()
  for (let index = client; tally.sent < wanted; index += 1) {
    tally.sent += 1
    const path = PATHS[index % PATHS.length] ?? '/'
    try {
      const { status, body } = await http.send(`${origin}${path}`)
      if (status !== 200 || body.length === 0) tally.failures.push(`${path} answered ${status}`)
    } catch (error) {
      tally.failures.push(`${path}: ${error instanceof Error ? error.message : String(error)}`)
      await delay(10)
    }
  }
  http.close()
}

await main()
