/** A fresh, migrated database for one test suite, with ways to act as each kind of caller. Only for `*.db.test.ts`. */
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { inject } from 'vitest'
import { postgresUrl } from '../stack/postgres.ts'

export const TEMPLATE_DATABASE = 'souk_template'

export type Work<T> = (sql: postgres.TransactionSql) => Promise<T>

export type TestDatabase = {
  name: string
  /** Logs in as `souk_app`, as the web app does: it may do nothing before it takes a role. */
  url: string
  /** Logs in as `postgres`, the superuser. */
  adminUrl: string
  /** A connection as `postgres`, for arranging and inspecting. */
  admin: postgres.Sql
  asAnon: <T>(work: Work<T>) => Promise<T>
  /** Acts as a signed-in user; `claims` joins the token, e.g. `{ app_metadata: { role: 'operator' } }`. */
  asUser: <T>(userId: string, work: Work<T>, claims?: Record<string, unknown>) => Promise<T>
  asService: <T>(work: Work<T>) => Promise<T>
  /** Adds a row to `auth.users` and answers its id. */
  createUser: (options?: { email?: string; appMetadata?: Record<string, unknown> }) => Promise<string>
  drop: () => Promise<void>
}

type ApiRole = 'anon' | 'authenticated' | 'service_role'

async function actAs<T>(
  sql: postgres.Sql,
  role: ApiRole,
  claims: Record<string, unknown>,
  work: Work<T>,
): Promise<T> {
  const result = await sql.begin(async (transaction) => {
    await transaction`
      select set_config('role', ${role}, true), set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`
    return { value: await work(transaction) }
  })
  return result.value
}

/** Other drivers close in their own time; cutting them off would surface as an error of a finished suite. */
async function waitForSessions(server: postgres.Sql, name: string): Promise<void> {
  const deadline = performance.now() + 2000
  while (performance.now() < deadline) {
    const sessions = await server`select 1 from pg_stat_activity where datname = ${name}`
    if (sessions.length === 0) return
    await delay(10)
  }
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const { port, adminPassword, appPassword } = inject('testServer')
  const name = `test_${randomBytes(8).toString('hex')}`
  const login = { user: 'postgres', password: adminPassword, port }
  const server = postgres(postgresUrl(login), { max: 1, onnotice: () => undefined })
  await server.unsafe(`create database ${name} template ${TEMPLATE_DATABASE}`)
  const adminUrl = postgresUrl({ ...login, database: name })
  const url = postgresUrl({ user: 'souk_app', password: appPassword, port, database: name })
  const admin = postgres(adminUrl, { max: 2, onnotice: () => undefined })
  const app = postgres(url, { max: 4, onnotice: () => undefined })
  return {
    name,
    url,
    adminUrl,
    admin,
    asAnon: (work) => actAs(app, 'anon', { role: 'anon' }, work),
    asUser: (userId, work, claims = {}) =>
      actAs(app, 'authenticated', { sub: userId, role: 'authenticated', ...claims }, work),
    asService: (work) => actAs(app, 'service_role', { role: 'service_role' }, work),
    async createUser({ email, appMetadata = {} } = {}) {
      const id = randomUUID()
      await admin`
        insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
        values (${id}, 'authenticated', 'authenticated', ${email ?? `${id}@souk.test`},
          ${JSON.stringify(appMetadata)}::text::jsonb, '{}', now(), now())`
      return id
    },
    async drop() {
      await Promise.all([app.end({ timeout: 5 }), admin.end({ timeout: 5 })])
      await waitForSessions(server, name)
      await server.unsafe(`drop database if exists ${name} with (force)`)
      await server.end({ timeout: 5 })
    },
  }
}
