/**
 * Owns every setting of the web app: read once from the environment, validated, typed. `.env.example` documents each.
 * No other module reads `process.env`.
 */
import 'server-only'
import { z } from 'zod'

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  SOUK_MODE: z.enum(['embedded', 'hosted']).default('hosted'),
  SITE_URL: z.url().default('http://localhost:3000'),
  SUPABASE_URL: z.url(),
  SUPABASE_PUBLISHABLE_KEY: z.string().min(1),
  SUPABASE_SECRET_KEY: z.string().min(1),
  /** Set for projects that sign with a shared secret (HS256); others are verified with the project's published keys. */
  SUPABASE_JWT_SECRET: z.string().min(16).optional(),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  DATABASE_POOL_MODE: z.enum(['session', 'transaction']).default('session'),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(200).default(10),
  /** What a request may spend on the database before it is answered 503. */
  DATABASE_DEADLINE_MS: z.coerce.number().int().min(100).max(600_000).default(4_500),
  /** What a search may take in the database before it answers with what it has, and says so. */
  SEARCH_BUDGET_MS: z.coerce.number().int().min(20).max(600_000).default(1_000),
  /** New packages and versions that one person may publish an hour; 0 is without limit. */
  PUBLISH_NEW_PER_HOUR: z.coerce.number().int().min(0).max(1_000_000).default(300),
  PUBLISH_VERSIONS_PER_HOUR: z.coerce.number().int().min(0).max(1_000_000).default(3_000),
  /** Of public manifests kept in the memory of each process. */
  MANIFEST_CACHE_BYTES: z.coerce.number().int().min(1_048_576).max(8_589_934_592).default(67_108_864),
  /** The shared cache in front of the web server; `off` where a CDN stands there. */
  EDGE_CACHE: z.enum(['on', 'off']).default('on'),
  EDGE_CACHE_BYTES: z.coerce.number().int().min(1_048_576).max(8_589_934_592).default(134_217_728),
  /** How long a server that is asked to stop still takes requests while it says that it is not ready. */
  SHUTDOWN_DRAIN_MS: z.coerce.number().int().min(0).max(120_000).default(0),
  RATE_LIMITS: z.enum(['on', 'off']).default('on'),
  /** Every limit is multiplied by it. */
  RATE_LIMIT_SCALE: z.coerce.number().min(0.05).max(1_000).default(1),
  /** Where several processes count together: any Redis, or Upstash over HTTP. */
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must be a redis:// or rediss:// URL')
    .optional(),
  UPSTASH_REDIS_REST_URL: z.url({ protocol: /^https?$/ }).optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().min(1).optional(),
  /** By how many a limit is divided while the shared count is away, if more have not been seen. */
  RATE_LIMIT_INSTANCES: z.coerce.number().int().min(1).max(10_000).default(1),
  /** Whose word is believed about who the client is: addresses and networks, separated by commas. */
  TRUSTED_PROXIES: z.string().default(''),
  /** Which of the two they write; the other is whatever a client sent. */
  TRUSTED_PROXY_HEADER: z.enum(['x-forwarded-for', 'forwarded']).default('x-forwarded-for'),
  PACKAGE_APPROVAL: z.enum(['auto', 'manual']).default('auto'),
  /** `live` reads the base tables past the index: to compare, never to serve a large marketplace. */
  MARKETPLACE_CATALOG_SOURCE: z.enum(['db', 'live']).default('db'),
  /** Card payments: without a key wallets cannot be topped up and sellers are not paid out; all else works. */
  STRIPE_SECRET_KEY: z.string().min(8).optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(8).optional(),
  /** Another address than Stripe's own, for tests. */
  STRIPE_API_URL: z.url().optional(),
  /** In cents: what must be payable to a seller before it is sent. */
  PAYOUT_MINIMUM: z.coerce.number().int().min(1).default(2_500),
  /** Where background tasks run: beside the web server, or in processes of their own (`npm run worker`). */
  JOBS: z.enum(['in-process', 'off']).default('in-process'),
  /** A session-mode connection for the job runner, where DATABASE_URL is a transaction pooler. */
  JOBS_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL')
    .optional(),
  /** Where the files of new versions are kept. What is stored says itself where it is. */
  ARTEFACT_STORE: z.enum(['database', 's3', 'supabase']).default('database'),
  ARTEFACT_BUCKET: z.string().min(1).default('artefacts'),
  S3_REGION: z.string().min(1).default('us-east-1'),
  S3_ENDPOINT: z.url().optional(),
  S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
})

const checked = schema
  .refine(
    ({ UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token }) =>
      (url === undefined) === (token === undefined),
    { path: ['UPSTASH_REDIS_REST_TOKEN'], error: 'UPSTASH_REDIS_REST_URL and its token go together' },
  )
  .refine(({ UPSTASH_REDIS_REST_URL: url, REDIS_URL }) => url === undefined || REDIS_URL === undefined, {
    path: ['REDIS_URL'],
    error: 'either this or UPSTASH_REDIS_REST_URL',
  })
  .refine(
    ({ EDGE_CACHE, DATABASE_POOL_MODE, JOBS_DATABASE_URL }) =>
      EDGE_CACHE === 'off' || DATABASE_POOL_MODE === 'session' || JOBS_DATABASE_URL !== undefined,
    {
      path: ['JOBS_DATABASE_URL'],
      error:
        'a transaction pooler passes no notifications on, so a cache would go on showing what is quarantined elsewhere: name a session connection, or set EDGE_CACHE=off',
    },
  )

export type Env = z.infer<typeof schema>

let cached: Env | undefined

/** The validated settings. @throws Error that names each missing or malformed setting. */
export function env(): Env {
  cached ??= parse()
  return cached
}

/** The log level alone: the production build loads the modules that log, and it is made without settings. */
export function logLevel(): Env['LOG_LEVEL'] {
  return schema.shape.LOG_LEVEL.catch('info').parse(process.env.LOG_LEVEL || undefined)
}

function parse(): Env {
  // An empty value in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
  const result = checked.safeParse(given)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`Settings are missing or malformed (see .env.example):\n${lines.join('\n')}`)
}
