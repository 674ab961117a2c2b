import { beforeEach, expect, it, vi } from 'vitest'

const given = {
  SUPABASE_URL: 'http://127.0.0.1:1',
  SUPABASE_PUBLISHABLE_KEY: 'sb_publishable_test',
  SUPABASE_SECRET_KEY: 'sb_secret_test',
  DATABASE_URL: 'postgres://souk@127.0.0.1:1/souk',
  DATABASE_POOL_MODE: 'transaction',
  EDGE_CACHE: '',
  JOBS_DATABASE_URL: '',
}

beforeEach(() => {
  vi.resetModules()
  vi.unstubAllEnvs()
})

async function settings(changes: Partial<typeof given>) {
  for (const [name, value] of Object.entries({ ...given, ...changes })) vi.stubEnv(name, value)
  const { env } = await import('./env.ts')
  return env
}

it('keeps no answers where nobody would hear what other processes call back', async () => {
  const env = await settings({})
  expect(env).toThrow(/JOBS_DATABASE_URL: a transaction pooler/)
})

it.each<[string, Partial<typeof given>]>([
  ['there is a session connection', { JOBS_DATABASE_URL: 'postgres://souk@127.0.0.1:2/souk' }],
  ['another cache stands in front', { EDGE_CACHE: 'off' }],
  ['the database is reached directly', { DATABASE_POOL_MODE: 'session' }],
])('starts where %s', async (_, changes) => {
  const env = await settings(changes)
  expect(env).not.toThrow()
})
