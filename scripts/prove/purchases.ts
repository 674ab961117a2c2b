/**
 * `npm run prove:purchases`: thousands of purchases through the web server, each sent five times at once over connections
 * that are cut, and a database that is killed in the middle of others, again and again. Ends with an error when an order is
 * lost, doubled or answered in two ways.
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { loadShop, type Shop } from '../../bench/commerce-database.ts'
import { purchasesOf, purchasesOverHttp, signIn } from '../../bench/commerce-requests.ts'
import { startShopServer } from '../../bench/commerce-server.ts'
import { migrate } from '../stack/migrate.ts'
import { nextFreePort } from '../stack/ports.ts'
import { type PostgresServer, postgresUrl, startPostgres } from '../stack/postgres.ts'
import { projectRoot } from '../stack/settings.ts'
import { createSystemSchema } from '../stack/system-schema.ts'
import { checkPurchases } from './check-purchases.ts'
import { retryEverything } from './purchase-retries.ts'

const HELP = `Usage: npm run prove:purchases -- [options]

  --purchases N   how many are sent five times each (10000)
  --rounds N      how often the database is killed (20)
  --help          this text`

const CLIENTS = 8
const PASSWORD = 'prove'

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      purchases: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '20' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return console.log(HELP)
  const stackDir = join(projectRoot, '.souk', `prove-${process.pid}`)
  await mkdir(stackDir, { recursive: true })
  const undo: (() => Promise<unknown>)[] = [() => rm(stackDir, { recursive: true, force: true })]
  try {
    const port = await nextFreePort(0)
    const start = () => startPostgres({ stackDir, port, password: PASSWORD })
    let server = await start()
    undo.push(() => server.child.stop('SIGINT'))
    await createSystemSchema(server.url, { authenticator: PASSWORD, soukApp: PASSWORD })
    await migrate(server.url, join(projectRoot, 'supabase', 'migrations'))
    const admin = postgres(server.url, { max: 1, onnotice: () => undefined })
    const shop = await loadShop(admin, { sellers: 20, packagesPerSeller: 100, buyers: 500 })
    await admin.end()
    const web = await startShopServer(stackDir, postgresUrl({ user: 'souk_app', password: PASSWORD, port }))
    undo.push(web.stop)
    const authorizations = await signIn(shop.buyers)
    const count = Number(values.purchases)
    const retries = await retryEverything(
      web.port,
      authorizations,
      purchasesOf(shop.buyers, shop.handles, 'retried'),
      count,
    )
    const found = await checkPurchases(server.url, count, new Map())
    console.log(
      '\nEach sent five times at once, over connections that are cut, until all five had the same answer',
    )
    console.table([{ ...retries, ...found }])
    const rounds: object[] = []
    const kill = killer(web.origin, authorizations, shop)
    for (let round = 1; round <= Number(values.rounds); round += 1) {
      const acknowledged = await kill(server)
      // The killed server's processes may need a moment to notice.
      server = await start().catch(() => delay(2_000).then(start))
      rounds.push({
        round,
        acknowledged: acknowledged.size,
        ...(await checkPurchases(server.url, null, acknowledged)),
      })
    }
    console.log(
      '\nAfter each kill -9 of the database in the middle of purchases: what was acknowledged is there',
    )
    console.table(rounds)
  } finally {
    for (const step of undo.toReversed()) await step()
  }
}

/** Buys until the database dies of SIGKILL; answers all that was ever acknowledged, by key, as it was acknowledged. */
function killer(origin: string, authorizations: ReadonlyMap<string, string>, shop: Shop) {
  const acknowledged = new Map<string, string>()
  const purchase = purchasesOf(shop.buyers, shop.handles.toReversed(), 'killed')
  const send = purchasesOverHttp(origin, authorizations)
  let next = 0
  return async (server: PostgresServer) => {
    let isUp = true
    let bought = 0
    const client = async () => {
      while (isUp) {
        const one = purchase(next++)
        const answer = await send(one).catch(() => null)
        if (answer?.status !== 201) continue
        acknowledged.set(one.key, answer.body)
        bought += 1
      }
    }
    const clients = Array.from({ length: CLIENTS }, client)
    // The web server has to find the database again first.
    const deadline = performance.now() + 60_000
    while (bought < 20 && performance.now() < deadline) await delay(20)
    if (bought < 20) throw new Error('The web server does not sell any more')
    await delay(200 + Math.random() * 600)
    process.kill(server.child.pid ?? 0, 'SIGKILL')
    isUp = false
    await Promise.all(clients)
    return acknowledged
  }
}

await main()
