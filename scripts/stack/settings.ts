/**
 * What a start was told by the environment: whether a hosted Supabase project is used, which ports, where the data
 * goes. The web app's own settings are validated by the web app.
 */
import { existsSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export const DEFAULT_WEB_PORT = 3000
export const DEFAULT_GATEWAY_PORT = 54_321
export const DEFAULT_DATABASE_PORT = 54_322

/** All four name a hosted project; none means the embedded one. */
export const HOSTED_SETTINGS = [
  'SUPABASE_URL',
  'SUPABASE_PUBLISHABLE_KEY',
  'SUPABASE_SECRET_KEY',
  'DATABASE_URL',
] as const

export type HostedSettings = Record<(typeof HOSTED_SETTINGS)[number], string>

export type StartSettings = {
  mode: 'embedded' | 'hosted'
  hosted: HostedSettings | undefined
  stackDir: string
  webPort: number | undefined
  gatewayPort: number | undefined
  databasePort: number | undefined
  siteUrl: string | undefined
  host: string
  drainMs: number
}

type Environment = Readonly<Record<string, string | undefined>>

export class SettingsError extends Error {
  override name = 'SettingsError'
}

/** What the shell sets wins over `.env.local`, which wins over `.env`. */
export function loadEnvFiles(root: string): void {
  for (const name of ['.env.local', '.env']) {
    const path = join(root, name)
    if (existsSync(path)) process.loadEnvFile(path)
  }
}

export function stackDirOf(env: Environment): string {
  const chosen = env.SOUK_DATA_DIR || '.souk'
  return isAbsolute(chosen) ? chosen : resolve(projectRoot, chosen)
}

function readPort(env: Environment, name: string): number | undefined {
  const text = env[name]
  if (!text) return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new SettingsError(`${name}=${text} is not a port. Give a whole number from 1 to 65535.`)
}

function readHosted(env: Environment): HostedSettings | undefined {
  const missing = HOSTED_SETTINGS.filter((name) => !env[name])
  if (missing.length === HOSTED_SETTINGS.length) return undefined
  if (missing.length > 0) {
    const present = HOSTED_SETTINGS.filter((name) => env[name])
    throw new SettingsError(
      `A hosted Supabase project needs all of ${HOSTED_SETTINGS.join(', ')}. ` +
        `Set: ${present.join(', ')}. Missing: ${missing.join(', ')}. Unset them all to use the embedded one.`,
    )
  }
  const [url = '', publishableKey = '', secretKey = '', databaseUrl = ''] = HOSTED_SETTINGS.map(
    (name) => env[name],
  )
  for (const [name, value] of [
    ['SUPABASE_URL', url],
    ['DATABASE_URL', databaseUrl],
  ]) {
    if (!URL.canParse(value ?? '')) throw new SettingsError(`${name} is not a URL.`)
  }
  return {
    SUPABASE_URL: url,
    SUPABASE_PUBLISHABLE_KEY: publishableKey,
    SUPABASE_SECRET_KEY: secretKey,
    DATABASE_URL: databaseUrl,
  }
}

export function readStartSettings(env: Environment): StartSettings {
  const hosted = readHosted(env)
  if (env.SITE_URL && !URL.canParse(env.SITE_URL)) throw new SettingsError('SITE_URL is not a URL.')
  return {
    mode: hosted ? 'hosted' : 'embedded',
    hosted,
    stackDir: stackDirOf(env),
    webPort: readPort(env, 'PORT'),
    gatewayPort: readPort(env, 'SOUK_SUPABASE_PORT'),
    databasePort: readPort(env, 'SOUK_DATABASE_PORT'),
    siteUrl: env.SITE_URL || undefined,
    host: env.SOUK_HOST || '127.0.0.1',
    // The web server checks it.
    drainMs: Number(env.SHUTDOWN_DRAIN_MS) || 0,
  }
}
