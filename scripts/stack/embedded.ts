/** Composes the embedded Supabase: PostgreSQL, schema, migrations, API, edge functions, gateway, schedule. */
import { join } from 'node:path'
import { createEdgeFunctions } from './functions.ts'
import type { EdgeFunctions } from './functions.ts'
import { startGateway } from './gateway.ts'
import { loadOrCreateKeys } from './keys.ts'
import type { StackKeys } from './keys.ts'
import { startLite } from './lite.ts'
import { createMailLog } from './mail.ts'
import { migrate } from './migrate.ts'
import { postgresUrl, startPostgres } from './postgres.ts'
import type { Progress } from './progress.ts'
import { DEFAULT_JOBS, startScheduler } from './scheduler.ts'
import type { ScheduledJob } from './scheduler.ts'
import { projectRoot } from './settings.ts'
import { supervise } from './supervisor.ts'
import { createSystemSchema } from './system-schema.ts'

export type EmbeddedOptions = {
  stackDir: string
  gatewayPort: number
  databasePort: number
  siteUrl: string
  progress: Progress
  isDurable?: boolean
  namespaces?: boolean
  migrationsDir?: string
  functionsDir?: string
  functionIdleMs?: number
  jobs?: readonly ScheduledJob[]
}

export type EmbeddedStack = {
  keys: StackKeys
  supabaseUrl: string
  /** For the web app: logs in as `souk_app`. */
  databaseUrl: string
  /** For migrations and seeds: logs in as the superuser. */
  databaseAdminUrl: string
  functions: EdgeFunctions
  /** Begins the scheduled calls; the first comes at once. */
  startSchedule: () => void
  /** The postmaster's pid; undefined while it is being restarted. */
  databasePid: () => number | undefined
  stop: () => Promise<void>
}

export const defaultFunctionsDir = join(projectRoot, 'supabase', 'functions')
export const defaultMigrationsDir = join(projectRoot, 'supabase', 'migrations')

/** What an edge function may read; the last two are the names older code knows. */
function functionEnv(supabaseUrl: string, keys: StackKeys): Record<string, string> {
  return {
    SUPABASE_URL: supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
    SUPABASE_SECRET_KEY: keys.secretKey,
    SUPABASE_ANON_KEY: keys.publishableKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.secretKey,
  }
}

async function migrateWithProgress(url: string, folder: string, progress: Progress): Promise<void> {
  const report = await progress.step(
    'migrations',
    () => migrate(url, folder),
    ({ applied }) => (applied.length === 0 ? 'up to date' : `${applied.length} applied`),
  )
  if (report.changed.length > 0) {
    progress.warn(
      `Edited after they were applied here: ${report.changed.join(', ')}. ` +
        '"npm start -- --reset" starts from empty data.',
    )
  }
}

export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedStack> {
  const { stackDir, gatewayPort, databasePort, progress } = options
  const keys = await loadOrCreateKeys(stackDir)
  const undo: (() => Promise<void> | void)[] = []
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }
  const database = await progress.step('database', async () => {
    const server = await supervise({
      name: 'PostgreSQL',
      report: progress.warn,
      start: async () => {
        const { child } = await startPostgres({
          stackDir,
          port: databasePort,
          password: keys.passwords.postgres,
          isDurable: options.isDurable ?? true,
          namespaces: options.namespaces ?? true,
        })
        return child
      },
    })
    undo.push(() => server.stop('SIGINT', 3000))
    return server
  })
  const login = { port: databasePort }
  const databaseAdminUrl = postgresUrl({ ...login, user: 'postgres', password: keys.passwords.postgres })
  const databaseUrl = postgresUrl({ ...login, user: 'souk_app', password: keys.passwords.soukApp })
  const apiUrl = postgresUrl({ ...login, user: 'authenticator', password: keys.passwords.authenticator })
  const supabaseUrl = `http://127.0.0.1:${gatewayPort}`
  try {
    await createSystemSchema(databaseAdminUrl, keys.passwords)
    await migrateWithProgress(databaseAdminUrl, options.migrationsDir ?? defaultMigrationsDir, progress)
    const functions = createEdgeFunctions({
      functionsDir: options.functionsDir ?? defaultFunctionsDir,
      stackDir,
      env: functionEnv(supabaseUrl, keys),
      report: progress.warn,
      ...(options.functionIdleMs === undefined ? {} : { idleMs: options.functionIdleMs }),
    })
    undo.push(() => functions.stop())
    const mail = createMailLog(join(stackDir, 'logs', 'mail.log'), progress.info)
    await progress.step('supabase', async () => {
      const lite = await startLite({ url: apiUrl, keys, siteUrl: options.siteUrl, mail })
      undo.push(() => lite.close())
      const gateway = await startGateway({
        port: gatewayPort,
        lite,
        functions,
        isDatabaseReady: () => database.current() !== undefined,
        report: progress.warn,
      })
      undo.push(() => gateway.close())
    })
    const startSchedule = () => {
      const stopSchedule = startScheduler({
        supabaseUrl,
        secretKey: keys.secretKey,
        jobs: options.jobs ?? DEFAULT_JOBS,
        functionNames: functions.names,
        report: progress.warn,
      })
      undo.push(stopSchedule)
    }
    const databasePid = () => database.current()?.pid
    return {
      keys,
      supabaseUrl,
      databaseUrl,
      databaseAdminUrl,
      functions,
      startSchedule,
      databasePid,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
