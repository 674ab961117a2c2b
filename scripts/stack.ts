/** `npm run stack`: only the embedded Supabase, for work on migrations and edge functions or for another web server. */
import { parseArgs } from 'node:util'
import { sendConsoleToFile } from './stack/console-log.ts'
import { startEmbedded } from './stack/embedded.ts'
import { choosePort } from './stack/ports.ts'
import { createProgress } from './stack/progress.ts'
import { resetDatabase } from './stack/reset.ts'
import { claimStackDir, releaseStackDir, writeRunning } from './stack/running.ts'
import {
  DEFAULT_DATABASE_PORT,
  DEFAULT_GATEWAY_PORT,
  loadEnvFiles,
  projectRoot,
  readStartSettings,
} from './stack/settings.ts'
import { installShutdown } from './stack/shutdown.ts'

const HELP = `Usage: npm run stack [-- options]

Starts the embedded Supabase (PostgreSQL, REST, Auth, edge functions) with all migrations
applied, and prints its settings.

  --reset   empty the database first
  --help    this text

SOUK_DATA_DIR chooses the data folder (.souk), SOUK_SUPABASE_PORT and SOUK_DATABASE_PORT the ports.`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, reset: { type: 'boolean', default: false } },
  })
  if (values.help) {
    process.stdout.write(`${HELP}\n`)
    return
  }
  loadEnvFiles(projectRoot)
  const { stackDir, ...settings } = readStartSettings({
    SOUK_DATA_DIR: process.env.SOUK_DATA_DIR,
    SOUK_SUPABASE_PORT: process.env.SOUK_SUPABASE_PORT,
    SOUK_DATABASE_PORT: process.env.SOUK_DATABASE_PORT,
    SITE_URL: process.env.SITE_URL,
  })
  const shutdown = installShutdown((line) => process.stderr.write(`${line}\n`))
  try {
    await claimStackDir(stackDir)
    shutdown.onStop(() => releaseStackDir(stackDir), 1_000)
    if (values.reset) await resetDatabase(stackDir)
    await sendConsoleToFile(stackDir)
    const gatewayPort = await choosePort({
      exact: settings.gatewayPort,
      preferred: DEFAULT_GATEWAY_PORT,
      setting: 'SOUK_SUPABASE_PORT',
    })
    const databasePort = await choosePort({
      exact: settings.databasePort,
      preferred: DEFAULT_DATABASE_PORT,
      setting: 'SOUK_DATABASE_PORT',
      taken: [gatewayPort],
    })
    const siteUrl = settings.siteUrl ?? 'http://localhost:3000'
    const progress = createProgress((line) => process.stderr.write(`${line}\n`))
    const stack = await startEmbedded({ stackDir, gatewayPort, databasePort, siteUrl, progress })
    shutdown.onStop(() => stack.stop(), 10_000)
    stack.startSchedule()
    const { supabaseUrl, databaseUrl, databaseAdminUrl, keys } = stack
    await writeRunning(stackDir, { supabaseUrl, databaseUrl, databaseAdminUrl })
    const lines = {
      SUPABASE_URL: supabaseUrl,
      SUPABASE_PUBLISHABLE_KEY: keys.publishableKey,
      SUPABASE_SECRET_KEY: keys.secretKey,
      SUPABASE_JWT_SECRET: keys.jwtSecret,
      DATABASE_URL: databaseUrl,
      DATABASE_ADMIN_URL: databaseAdminUrl,
    }
    for (const [name, value] of Object.entries(lines)) process.stdout.write(`${name}=${value}\n`)
  } catch (error) {
    if (shutdown.isStopping()) return
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    await shutdown.exit(1)
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
