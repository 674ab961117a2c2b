/**
 * `npm run prove:purchases`: thousands of purchases, each sent five times at once over connections that are cut, and a
 * database that is killed in the middle of others, again and again. Ends with an error when an order is lost or doubled.
 */
import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import postgres from 'postgres'
import { loadShop, type Shop } from '../../bench/commerce-database.ts'
import { buyInDatabase, purchasesOf } from '../../bench/commerce-requests.ts'
import { migrate } from '../stack/migrate.ts'
import { nextFreePort } from '../stack/ports.ts'
import { type PostgresServer, startPostgres } from '../stack/postgres.ts'
import { projectRoot } from '../stack/settings.ts'
import { createSystemSchema } from '../stack/system-schema.ts'

const SENT_AT_ONCE = 5
const CLIENTS = 8

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { purchases: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '20' } },
  })
  const stackDir = join(projectRoot, '.souk', `prove-${process.pid}`)
  await mkdir(stackDir, { recursive: true })
  const port = await nextFreePort(0)
  const start = () => startPostgres({ stackDir, port, password: 'prove' })
  let server = await start()
  try {
    await createSystemSchema(server.url, { authenticator: 'prove', soukApp: 'prove' })
    await migrate(server.url, join(projectRoot, 'supabase', 'migrations'))
    const admin = postgres(server.url, { max: 1, onnotice: () => undefined })
    const shop = await loadShop(admin, { sellers: 20, packagesPerSeller: 100, buyers: 500 })
    await admin.end()
    await retryEverything(server, shop, Number(values.purchases))
    server = await killAgainAndAgain(server, start, shop, Number(values.rounds))
  } finally {
    await server.child.stop('SIGINT')
    await rm(stackDir, { recursive: true, force: true })
  }
}

/** Passes bytes on and now and then resets a connection, in either direction, at any byte. */
async function startCutter(port: number) {
  const open = new Set<Socket>()
  const cutter = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      from.pipe(to)
    }
  }).listen(0, '127.0.0.1')
  await once(cutter, 'listening')
  const timer = setInterval(() => {
    const sockets = [...open].filter((socket) => !socket.destroyed)
    open.clear()
    for (const socket of sockets) open.add(socket)
    sockets[Math.floor(Math.random() * sockets.length)]?.resetAndDestroy()
  }, 15)
  const address = cutter.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    stop: () => {
      clearInterval(timer)
      for (const socket of open) socket.destroy()
      cutter.close()
    },
  }
}

async function retryEverything(server: PostgresServer, shop: Shop, count: number): Promise<void> {
  const cutter = await startCutter(Number(new URL(server.url).port))
  const url = new URL(server.url)
  url.port = String(cutter.port)
  const pools = Array.from({ length: SENT_AT_ONCE }, () =>
    postgres(url.href, {
      max: 4,
      onnotice: () => undefined,
      backoff: () => 0.01,
      connect_timeout: 5,
      fetch_types: false,
    }),
  )
  const purchase = purchasesOf(shop.buyers, shop.handles, 'retried')
  const senders = pools.map((pool) => buyInDatabase(pool, purchase))
  let [next, cut] = [0, 0]
  const untilAnswered = async (send: (index: number) => Promise<boolean>, index: number) => {
    for (;;) {
      try {
        await send(index)
        return
      } catch (error) {
        const { code = '' } = error as { code?: string }
        // Another of the five is at it, or the connection went: ask again, with the same key.
        if (code !== 'SK409') cut += 1
        if (code.startsWith('SK') && code !== 'SK409') throw error
        await delay(5)
      }
    }
  }
  const client = async () => {
    for (let index = next++; index < count; index = next++) {
      await Promise.all(senders.map((send) => untilAnswered(send, index)))
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  cutter.stop()
  await Promise.all(pools.map((pool) => pool.end({ timeout: 1 }).catch(() => undefined)))
  await check(server.url, count, [])
  console.log(
    `${count} purchases sent ${SENT_AT_ONCE} times at once, ${cut} answers cut off: ${count} orders.`,
  )
}

async function killAgainAndAgain(
  first: PostgresServer,
  start: () => Promise<PostgresServer>,
  shop: Shop,
  rounds: number,
): Promise<PostgresServer> {
  let server = first
  const acknowledged: string[] = []
  const purchase = purchasesOf(shop.buyers, shop.handles.toReversed(), 'killed')
  let next = 0
  for (let round = 0; round < rounds; round += 1) {
    const sql = postgres(server.url, { max: CLIENTS, onnotice: () => undefined })
    const send = buyInDatabase(sql, purchase)
    let isUp = true
    const client = async () => {
      while (isUp) {
        const index = next++
        await send(index).then(
          () => acknowledged.push(purchase(index).key),
          () => delay(1),
        )
      }
    }
    const clients = Array.from({ length: CLIENTS }, client)
    await delay(200 + Math.random() * 600)
    process.kill(server.child.pid ?? 0, 'SIGKILL')
    isUp = false
    await Promise.all(clients)
    await sql.end({ timeout: 1 }).catch(() => undefined)
    // The killed server's processes may need a moment to notice.
    server = await start().catch(() => delay(2_000).then(start))
    await check(server.url, null, acknowledged)
    console.log(`Round ${round + 1}: ${acknowledged.length} acknowledged orders are there.`)
  }
  return server
}

async function check(url: string, count: number | null, keys: readonly string[]): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    const [found] = await sql<
      { orders: number; movements: number; rights: number; kept: number; faults: number }[]
    >`
      select (select count(*)::int from commerce.orders) as orders,
        (select count(*)::int from ledger.transactions where kind = 'purchase') as movements,
        (select count(*)::int from commerce.entitlements) as rights,
        (select count(*)::int from commerce.idempotency_keys k join commerce.orders o on o.id = (k.response ->> 'id')::uuid
         where k.key = any (${keys as string[]}::text[])) as kept,
        (select count(*)::int from ledger.verify()) as faults`
    const isWhole =
      found !== undefined &&
      found.orders === found.movements &&
      found.orders === found.rights &&
      (count === null || found.orders === count) &&
      found.kept === keys.length &&
      found.faults === 0
    if (!isWhole)
      throw new Error(`Not what was bought: ${JSON.stringify({ ...found, acknowledged: keys.length })}`)
  } finally {
    await sql.end()
  }
}

await main()
