/** The marketplace of `prove:degradation`: a web server all of whose dependencies stand behind fault proxies. */
import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { buildWeb } from '../stack/build.ts'
import { startEmbedded } from '../stack/embedded.ts'
import { LOOPBACK, nextFreePort } from '../stack/ports.ts'
import { createProgress } from '../stack/progress.ts'
import { seed } from '../stack/seed.ts'
import { projectRoot } from '../stack/settings.ts'
import { startWeb } from '../stack/web.ts'
import { startRedis } from '../testing/redis-server.ts'
import {
  signed,
  startStripeServer,
  STRIPE_TEST_KEY,
  STRIPE_TEST_WEBHOOK_SECRET,
} from '../testing/stripe-server.ts'
import {
  apiTokenOf,
  isRefusal,
  signInThrough,
  timer,
  tokenOf,
  type Dependency,
  type Write,
  writeOtherwise,
} from './degradation-asking.ts'
import { FaultProxy } from './fault-proxy.ts'

/** What a visitor got. */
export interface Look {
  path: string
  status: number
  isStale: boolean
  ms: number
}

const PAGES = [
  '/',
  '/search?q=server',
  '/packages/house/fetch-mcp',
  '/categories/search-and-web',
  '/api/marketplace?q=server',
  '/api/marketplace/home',
  '/api/categories',
  '/api/packages/house/fetch-mcp',
]
const TOP_UP = { amount: { amount: 1_000, currency: 'USD' } }

export type ProofMarket = Awaited<ReturnType<typeof openMarket>>

export async function openMarket() {
  const stackDir = join(projectRoot, '.souk', `prove-degradation-${process.pid}`)
  const ends: (() => Promise<unknown>)[] = [() => rm(stackDir, { recursive: true, force: true })]
  const stop = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    return { ...(await open(stackDir, ends)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function open(stackDir: string, ends: (() => Promise<unknown>)[]) {
  const progress = createProgress()
  await mkdir(stackDir, { recursive: true })
  await progress.step(
    'build',
    () => buildWeb(projectRoot),
    (result) => result,
  )
  const [port, gatewayPort, databasePort] = [
    await nextFreePort(0),
    await nextFreePort(0),
    await nextFreePort(0),
  ]
  const origin = `http://localhost:${port}`
  const stack = await startEmbedded({ stackDir, gatewayPort, databasePort, siteUrl: origin, progress })
  ends.push(() => stack.stop())
  const stripe = await startStripeServer()
  ends.push(() => stripe.close())
  const redis = await startRedis()
  ends.push(() => redis.stop())
  const proxies = {
    database: await FaultProxy.before(databasePort),
    auth: await FaultProxy.before(gatewayPort),
    stripe: await FaultProxy.before(Number(new URL(stripe.url).port)),
    redis: await FaultProxy.before(redis.port),
  }
  for (const proxy of Object.values(proxies)) ends.push(() => proxy.stop())
  const behind = (url: string, proxy: FaultProxy) =>
    Object.assign(new URL(url), { port: String(proxy.port) }).href
  const env = {
    SITE_URL: origin,
    SOUK_MODE: 'embedded',
    SUPABASE_URL: behind(stack.supabaseUrl, proxies.auth),
    SUPABASE_PUBLISHABLE_KEY: stack.keys.publishableKey,
    SUPABASE_SECRET_KEY: stack.keys.secretKey,
    SUPABASE_JWT_SECRET: stack.keys.jwtSecret,
    DATABASE_URL: behind(stack.databaseUrl, proxies.database),
    APP_SECRET: stack.keys.appSecret,
    STRIPE_API_URL: behind(stripe.url, proxies.stripe),
    STRIPE_SECRET_KEY: STRIPE_TEST_KEY,
    STRIPE_WEBHOOK_SECRET: STRIPE_TEST_WEBHOOK_SECRET,
    REDIS_URL: behind(redis.url, proxies.redis),
    // All of it comes from one address.
    RATE_LIMIT_SCALE: '1000',
    LOG_LEVEL: 'error',
  }
  const { databaseAdminUrl } = stack
  const seedEnv = {
    ...env,
    DATABASE_URL: stack.databaseUrl,
    SUPABASE_URL: stack.supabaseUrl,
    DATABASE_ADMIN_URL: databaseAdminUrl,
  }
  await progress.step('seed', () => seed({ root: projectRoot, stackDir, databaseAdminUrl, env: seedEnv }))
  const web = await startWeb({
    ...{ root: projectRoot, stackDir, port, host: LOOPBACK, isDev: false, env },
    report: console.error,
  })
  ends.push(() => web.stop('SIGTERM', 8_000))
  const sql = postgres(databaseAdminUrl, { max: 1, onnotice: () => undefined })
  ends.push(() => sql.end({ timeout: 2 }))
  const accessToken = await tokenOf(stack.supabaseUrl, stack.keys.publishableKey)
  const handles = await sql<{ handle: string }[]>`
    select r.handle from catalog.marketplace_catalog_rows r where r.price_amount = 0 order by r.handle limit 200`
  return {
    proxies,
    ...actions(
      origin,
      { accessToken, apiToken: await apiTokenOf(origin, accessToken) },
      sql,
      handles.map(({ handle }) => handle),
    ),
  }
}

interface Tokens {
  accessToken: string
  apiToken: string
}

function actions(origin: string, { accessToken, apiToken }: Tokens, sql: postgres.Sql, handles: string[]) {
  const timed = timer(origin)
  const signIn = () => signInThrough(timed, origin)
  const authorization = `Bearer ${accessToken}`
  const send = (path: string, body: object, key: string) =>
    timed(path, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    })
  const buy = (handle: string, key: string) =>
    send('/api/purchases', { handle, expectedPrice: { amount: 0, currency: 'USD' } }, key)

  const topUp = () => send('/api/wallet/top-ups', TOP_UP, randomUUID())
  async function write(dependency: Dependency): Promise<Write> {
    const [handle, key] = [handles.shift() ?? '', randomUUID()]
    if (dependency === 'auth') {
      const { isRefused, ...tried } = await signIn()
      return { dependency, ...tried, isRight: isRefused || tried.isDone, handle, key }
    }
    const { answer, ms } =
      dependency === 'stripe' ? await send('/api/wallet/top-ups', TOP_UP, key) : await buy(handle, key)
    const status = answer?.status ?? 0
    const isDone = status === 201
    // Without Redis everybody is still limited, and nobody is refused for it.
    const isLimited = answer?.headers.has('ratelimit') ?? false
    return {
      dependency,
      says: `${status}`,
      isRight: dependency === 'redis' ? isDone && isLimited : isDone || isRefusal(answer),
      isDone,
      handle,
      key,
      ms,
    }
  }

  return {
    write,
    writeOtherwise: (maySucceed: boolean) =>
      writeOtherwise(timed, { authorization, apiToken, webhook, topUp }, maySucceed),
    traces: () => tracesIn(sql),
    browse: (): Promise<Look[]> =>
      Promise.all(
        PAGES.map(async (path) => {
          const { answer, ms } = await timed(path)
          const isStale =
            /stale/.test(answer?.headers.get('cache-status') ?? '') ||
            (answer?.headers.has('warning') ?? false)
          return { path, status: answer?.status ?? 0, isStale, ms }
        }),
      ),
    /** How long it took until all of it worked again. */
    async untilHealthy(patienceMs: number): Promise<number> {
      const startedAt = performance.now()
      for (;;) {
        const [ready, form, topUp] = await Promise.all([
          timed('/api/health/ready'),
          signIn(),
          send('/api/wallet/top-ups', TOP_UP, randomUUID()),
        ])
        const isHealthy =
          ready.text.includes('"status":"ready"') && form.isDone && topUp.answer?.status === 201
        const elapsedMs = performance.now() - startedAt
        if (isHealthy || elapsedMs > patienceMs) return elapsedMs
        await delay(100)
      }
    },
    /** What refused purchases left behind, and whether each can be sent again and is then made once. */
    async leftBehind(writes: readonly Write[]): Promise<string[]> {
      const faults: string[] = []
      for (const { dependency, handle, key, isDone } of writes) {
        if (dependency !== 'database' || handle === '') continue
        const count = async () => {
          const [row] = await sql<
            { n: number }[]
          >`select count(*)::int as n from commerce.orders where handle = ${handle}`
          return row?.n ?? 0
        }
        const before = await count()
        if (!isDone && before !== 0) faults.push('a refused purchase left an order')
        const again = await buy(handle, key)
        const after = await count()
        if (again.answer?.status !== 201 || after !== 1) {
          faults.push(
            `sent again a purchase answered ${again.answer?.status ?? 0} and there were ${after} orders`,
          )
        }
      }
      return faults
    },
  }
}

/** An event as Stripe sends it, of something that nobody knows. */
function webhook() {
  const id = `evt_proof${randomUUID().replaceAll('-', '')}`
  const object = { id: 'cs_nobody', object: 'checkout.session' }
  const created = Math.floor(Date.now() / 1_000)
  const { body, signature } = signed({ id, type: 'checkout.session.expired', created, data: { object } })
  return { body, headers: { 'content-type': 'application/json', 'stripe-signature': signature } }
}

/** What writes other than purchases leave, counted past the proxy. */
async function tracesIn(sql: postgres.Sql): Promise<string> {
  const [row] = await sql`select
    (select count(*)::int from identity.api_tokens where name = 'proof') as tokens,
    (select count(*)::int from catalog.reviews) as reviews,
    (select count(*)::int from payments.stripe_events where id like 'evt_proof%') as events,
    (select count(*)::int from payments.checkouts) as checkouts`
  return JSON.stringify(row)
}
