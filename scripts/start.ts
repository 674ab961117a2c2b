/** `npm start` and `npm run dev`: from a fresh clone to a marketplace that answers, and back to nothing on Ctrl-C. */
import { parseArgs } from 'node:util'
import { banner } from './stack/banner.ts'
import { buildWeb } from './stack/build.ts'
import { sendConsoleToFile } from './stack/console-log.ts'
import { startEmbedded } from './stack/embedded.ts'
import { choosePort } from './stack/ports.ts'
import { createProgress } from './stack/progress.ts'
import type { Progress } from './stack/progress.ts'
import { resetDatabase } from './stack/reset.ts'
import { claimStackDir, releaseStackDir, writeRunning } from './stack/running.ts'
import { seed } from './stack/seed.ts'
import {
  DEFAULT_DATABASE_PORT,
  DEFAULT_GATEWAY_PORT,
  DEFAULT_WEB_PORT,
  loadEnvFiles,
  projectRoot,
  readStartSettings,
} from './stack/settings.ts'
import type { StartSettings } from './stack/settings.ts'
import { installShutdown } from './stack/shutdown.ts'
import type { Shutdown } from './stack/shutdown.ts'
import { stopsWithinMs } from './stack/stop-serving.ts'
import { startWeb } from './stack/web.ts'

const HELP = `Usage: npm start [-- options]      the marketplace, as in production
       npm run dev [-- options]    the same with hot reload

  --dev       hot reload (what "npm run dev" adds)
  --reset     empty the embedded database first
  --no-seed   leave the database as it is
  --help      this text

Settings come from the environment, .env.local and .env; .env.example describes them.
PORT chooses the port (3000, or the next free one), SOUK_DATA_DIR the data folder (.souk).
With SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and DATABASE_URL set, that
Supabase project is used and nothing embedded starts.`

/** PostgreSQL writes what it holds to disk, edge functions end. */
const STACK_STOPS_WITHIN_MS = 10_000
const FOLDER_IS_FREE_WITHIN_MS = 1_000

type Flags = { isDev: boolean; isReset: boolean; isSeeded: boolean }

/** The web app's settings as far as the launcher decides them. */
function webEnv(settings: StartSettings, port: number): Record<string, string> {
  return {
    PORT: String(port),
    SITE_URL: settings.siteUrl ?? `http://localhost:${port}`,
    SOUK_MODE: settings.mode,
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

async function startBackend(settings: StartSettings, flags: Flags, context: Context) {
  const { progress, shutdown, env } = context
  const { stackDir } = settings
  if (flags.isReset) await progress.step('reset', () => resetDatabase(stackDir))
  const gatewayPort = await choosePort({
    exact: settings.gatewayPort,
    preferred: DEFAULT_GATEWAY_PORT,
    setting: 'SOUK_SUPABASE_PORT',
    taken: [Number(env.PORT)],
  })
  const databasePort = await choosePort({
    exact: settings.databasePort,
    preferred: DEFAULT_DATABASE_PORT,
    setting: 'SOUK_DATABASE_PORT',
    taken: [Number(env.PORT), gatewayPort],
  })
  const siteUrl = env.SITE_URL ?? ''
  const stack = await startEmbedded({ stackDir, gatewayPort, databasePort, siteUrl, progress })
  shutdown.onStop(() => stack.stop(), STACK_STOPS_WITHIN_MS)
  const { keys } = stack
  const stackEnv = {
    ...env,
    SUPABASE_URL: stack.supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
    SUPABASE_SECRET_KEY: keys.secretKey,
    SUPABASE_JWT_SECRET: keys.jwtSecret,
    DATABASE_URL: stack.databaseUrl,
    APP_SECRET: keys.appSecret,
  }
  if (flags.isSeeded) {
    const { databaseAdminUrl } = stack
    const seedEnv = { ...stackEnv, DATABASE_ADMIN_URL: databaseAdminUrl }
    await progress.step(
      'seed',
      () => seed({ root: projectRoot, stackDir, databaseAdminUrl, env: seedEnv }),
      (result) => result,
    )
  }
  stack.startSchedule()
  return { stackEnv, stack }
}

type Context = { progress: Progress; shutdown: Shutdown; env: Record<string, string> }

async function start(settings: StartSettings, flags: Flags, shutdown: Shutdown): Promise<void> {
  const startedAt = performance.now()
  const progress = createProgress()
  const { stackDir, host } = settings
  await claimStackDir(stackDir)
  shutdown.onStop(() => releaseStackDir(stackDir), FOLDER_IS_FREE_WITHIN_MS)
  await sendConsoleToFile(stackDir)
  const port = await choosePort({
    exact: settings.webPort,
    preferred: DEFAULT_WEB_PORT,
    setting: 'PORT',
    host,
  })
  const env = webEnv(settings, port)
  process.stdout.write(`\nStarting Souk${settings.hosted ? ' on the configured Supabase project' : ''}\n\n`)
  // The build needs no database, so both come up side by side.
  const building = flags.isDev
    ? Promise.resolve()
    : progress.step(
        'build',
        () => buildWeb(projectRoot),
        (result) => result,
      )
  const backend = settings.hosted
    ? Promise.resolve({ stackEnv: { ...env, ...settings.hosted }, stack: undefined })
    : startBackend(settings, flags, { progress, shutdown, env })
  const [{ stackEnv, stack }] = await Promise.all([backend, building])
  const web = await progress.step('web', () =>
    startWeb({
      root: projectRoot,
      stackDir,
      port,
      host,
      isDev: flags.isDev,
      env: stackEnv,
      report: progress.warn,
    }),
  )
  const webStopsWithinMs = stopsWithinMs(settings.drainMs)
  shutdown.onStop(() => web.stop('SIGTERM', webStopsWithinMs), webStopsWithinMs + FOLDER_IS_FREE_WITHIN_MS)
  const siteUrl = env.SITE_URL ?? ''
  await writeRunning(stackDir, {
    siteUrl,
    supabaseUrl: stackEnv.SUPABASE_URL,
    databaseUrl: stackEnv.DATABASE_URL,
    ...(stack ? { databaseAdminUrl: stack.databaseAdminUrl } : {}),
  })
  const durationMs = performance.now() - startedAt
  process.stdout.write(
    banner({ siteUrl, supabaseUrl: stackEnv.SUPABASE_URL, isEmbedded: !!stack, stackDir, durationMs }),
  )
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      dev: { type: 'boolean', default: false },
      reset: { type: 'boolean', default: false },
      'no-seed': { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(`${HELP}\n`)
    return
  }
  loadEnvFiles(projectRoot)
  const settings = readStartSettings(process.env)
  const shutdown = installShutdown((line) => process.stdout.write(`\n${line}\n`))
  const flags = { isDev: values.dev, isReset: values.reset, isSeeded: !values['no-seed'] }
  try {
    await start(settings, flags, shutdown)
  } catch (error) {
    if (shutdown.isStopping()) return
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    await shutdown.exit(1)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
