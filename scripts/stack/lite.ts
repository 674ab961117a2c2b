/**
 * The REST and Auth API of the embedded Supabase: @supabase/lite on our PostgreSQL, as a fetch handler. Its settings
 * mirror `supabase/config.toml`, which the official CLI reads.
 */
import { join } from 'node:path'
import type { EmailDriver } from '@supabase/lite'
import { App } from '@supabase/lite'
import { createPostgresConnection } from '@supabase/lite/postgres'
import postgres from 'postgres'
import type { StackKeys } from './keys.ts'
import { projectRoot } from './settings.ts'
import { completeTokens } from './token-claims.ts'

export type LiteOptions = {
  /** Logs in as `authenticator`: owns nothing, so nothing the API does can change a grant. */
  url: string
  keys: Pick<StackKeys, 'jwtSecret' | 'publishableKey' | 'secretKey'>
  siteUrl: string
  mail: EmailDriver
}

export type Lite = {
  fetch: (request: Request) => Promise<Response>
  close: () => Promise<void>
}

const MAX_CONNECTIONS = 5

const templates = {
  confirmation: { subject: 'Confirm your address', file: 'confirmation.html' },
  recovery: { subject: 'Choose a new password', file: 'recovery.html' },
  magic_link: { subject: 'Your sign-in link', file: 'magic-link.html' },
  email_change: { subject: 'Confirm your new address', file: 'email-change.html' },
}

function emailTemplates() {
  const folder = join(projectRoot, 'supabase', 'templates')
  return Object.fromEntries(
    Object.entries(templates).map(([name, { subject, file }]) => [
      name,
      { subject, content_path: join(folder, file) },
    ]),
  )
}

/** A driver that reconnects within a second: the default waits up to twenty after a few refused attempts. */
const connectionOptions = {
  onnotice: () => undefined,
  connect_timeout: 5,
  idle_timeout: 60,
  backoff: () => 0.3,
}

export async function startLite({ url, keys, siteUrl, mail }: LiteOptions): Promise<Lite> {
  const connection = createPostgresConnection({
    url,
    postgresOptions: { ...connectionOptions, max: MAX_CONNECTIONS },
  })
  // Left to itself it would grant everything in every schema that has row level security to every API role.
  Reflect.set(connection, 'rlsState', 'active')
  const app = new App({
    connection,
    api: { enabled: true, schemas: ['public'], extra_search_path: ['public', 'extensions'], max_rows: 1000 },
    auth: {
      enabled: true,
      jwt_secret: keys.jwtSecret,
      publishable_key: keys.publishableKey,
      secret_key: keys.secretKey,
      jwt_expiry: 3600,
      site_url: siteUrl,
      additional_redirect_urls: [`${siteUrl}/**`],
      minimum_password_length: 8,
      enable_signup: true,
      email: {
        enable_signup: true,
        enable_confirmations: false,
        max_frequency: '1s',
        template: emailTemplates(),
      },
    },
    db: { migrations: { enabled: false } },
    options: { drivers: { email: mail }, server: { admin: false, disableStudio: true } },
  })
  await app.init()

  // `notify pgrst, 'reload schema'` after a migration, as PostgREST understands it.
  const listener = postgres(url, { ...connectionOptions, max: 1, idle_timeout: 0 })
  await listener.listen('pgrst', () => void connection.clearSchemaCache())

  return {
    fetch: async (request) =>
      await completeTokens(request, await app.fetch(request, { peerAddress: null }), keys.jwtSecret),
    async close() {
      await Promise.all([listener.end({ timeout: 1 }), connection.driver.end({ timeout: 1 })])
    },
  }
}
