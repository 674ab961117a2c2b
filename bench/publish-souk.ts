/** Owns the Souk of the publishing bench: a database of its own, one seller with a token, the production server. */
import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { buildWeb } from '../scripts/stack/build.ts'
import { nextFreePort } from '../scripts/stack/ports.ts'
import { projectRoot } from '../scripts/stack/settings.ts'
import { startWeb } from '../scripts/stack/web.ts'
import { startDatabase } from './catalog-database.ts'

export interface Souk {
  origin: string
  token: string
  namespace: string
}

/** @param undo gets what ends everything that was started, in the order it was started */
export async function startSouk(dir: string, undo: (() => unknown)[]): Promise<Souk> {
  const database = await startDatabase(dir)
  undo.push(database.stop)
  const sql = postgres(database.adminUrl, { max: 1, onnotice: () => undefined })
  const namespace = 'bench'
  const token = await openSeller(sql, namespace).finally(() => sql.end({ timeout: 5 }))
  console.log('Building and starting the web server')
  await buildWeb(projectRoot)
  const port = await nextFreePort(0)
  const web = await startWeb({
    root: projectRoot,
    stackDir: dir,
    port,
    host: '127.0.0.1',
    isDev: false,
    env: {
      SITE_URL: `http://127.0.0.1:${port}`,
      RATE_LIMITS: 'off',
      SUPABASE_URL: 'http://127.0.0.1:9',
      SUPABASE_PUBLISHABLE_KEY: 'bench',
      SUPABASE_SECRET_KEY: 'bench',
      DATABASE_URL: database.url,
      LOG_LEVEL: 'warn',
      // One seller publishes it all.
      PUBLISH_NEW_PER_HOUR: '0',
      PUBLISH_VERSIONS_PER_HOUR: '0',
      NEXT_TELEMETRY_DISABLED: '1',
    },
    report: console.log,
  })
  undo.push(() => web.stop('SIGTERM', 2000))
  return { origin: `http://127.0.0.1:${port}`, token, namespace }
}

export async function openSeller(sql: postgres.Sql, namespace: string): Promise<string> {
  const { createTokenSecret, hashTokenSecret, tokenHint } = await import('#lib/platform/api-token-secret')
  const userId = randomUUID()
  const secret = createTokenSecret()
  await sql`
    insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
    values (${userId}, 'authenticated', 'authenticated', 'bench@souk.test', '{}', '{}', now(), now())`
  await sql`insert into catalog.stores (owner_id, slug, name) values (${userId}, ${namespace}, 'Bench')`
  await sql`
    insert into catalog.namespaces (name, store_id) select ${namespace}, id from catalog.stores where slug = ${namespace}`
  await sql`
    insert into identity.api_tokens (user_id, name, token_hash, token_hint, scopes, expires_at)
    values (${userId}, 'bench', ${hashTokenSecret(secret)}, ${tokenHint(secret)},
      ${['publish:new', 'publish:update']}, now() + interval '1 day')`
  return secret
}
