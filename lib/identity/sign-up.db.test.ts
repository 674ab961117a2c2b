import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestStack, type TestStack } from '../../scripts/testing/stack.ts'
import { signUp } from './sign-up.ts'

const password = 'correct horse battery'

let stack: TestStack
let admin: postgres.Sql

function client(): SupabaseClient['auth'] {
  return createClient(stack.supabaseUrl, stack.keys.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  }).auth
}

beforeAll(async () => {
  stack = await startTestStack()
  admin = postgres(stack.databaseAdminUrl, { max: 1, onnotice: () => undefined })
  Object.assign(process.env, {
    DATABASE_URL: stack.databaseUrl,
    SUPABASE_URL: stack.supabaseUrl,
    SUPABASE_PUBLISHABLE_KEY: stack.keys.publishableKey,
    SUPABASE_SECRET_KEY: stack.keys.secretKey,
    SUPABASE_JWT_SECRET: stack.keys.jwtSecret,
  })
}, 60_000)
afterAll(async () => {
  await admin.end({ timeout: 5 })
  await stack.stop()
})

describe('signUp', () => {
  it('opens an account that can sign in at once and bears the chosen name', async () => {
    expect(await signUp({ email: 'ada@souk.test', password, displayName: 'Ada' })).toBe('sign_in')
    const { data, error } = await client().signInWithPassword({ email: 'ada@souk.test', password })
    expect(error).toBeNull()
    const [profile] = await admin`
      select display_name from identity.profiles where user_id = ${data.user?.id ?? null}`
    expect(profile?.display_name).toBe('Ada')
  })

  it('answers the same for an address that has an account, no sooner, and changes nothing about it', async () => {
    const timed = async (email: string) => {
      const startedAt = performance.now()
      const outcome = await signUp({ email, password: 'mallory was here', displayName: 'Mallory' })
      return { outcome, durationMs: performance.now() - startedAt }
    }
    const taken = await timed('ada@souk.test')
    const free = await timed('free@souk.test')
    expect(taken.outcome).toBe(free.outcome)
    // Timers may fire a millisecond early.
    expect(Math.min(taken.durationMs, free.durationMs)).toBeGreaterThanOrEqual(990)
    const asMallory = await client().signInWithPassword({
      email: 'ada@souk.test',
      password: 'mallory was here',
    })
    expect(asMallory.error?.code).toBe('invalid_credentials')
  })
})

describe('the operator role', () => {
  it('cannot be had by asking for it at sign-up or later', async () => {
    const auth = client()
    const asked = await auth.signUp({
      email: 'mallory@souk.test',
      password,
      options: { data: { role: 'operator', app_metadata: { role: 'operator' } } },
    })
    expect(asked.error).toBeNull()
    await auth.updateUser({ data: { role: 'operator', app_metadata: { role: 'operator' } } })
    const raw = await fetch(`${stack.supabaseUrl}/auth/v1/user`, {
      method: 'PUT',
      headers: {
        apikey: stack.keys.publishableKey,
        authorization: `Bearer ${asked.data.session?.access_token ?? ''}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ app_metadata: { role: 'operator' }, role: 'service_role' }),
    })
    await raw.arrayBuffer()
    const { data } = await client().signInWithPassword({ email: 'mallory@souk.test', password })
    expect(data.user?.app_metadata.role).toBeUndefined()
    expect(data.user?.role).toBe('authenticated')
    const [row] = await admin`
      select raw_app_meta_data ->> 'role' as role, jsonb_typeof(raw_user_meta_data) as kind
      from auth.users where email = 'mallory@souk.test'`
    expect(row).toEqual({ role: null, kind: 'object' })
  })

  it('reaches the token of whom the service gave it', async () => {
    await client().signUp({ email: 'operator2@souk.test', password })
    await admin`
      update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "operator"}'
      where email = 'operator2@souk.test'`
    const { data } = await client().signInWithPassword({ email: 'operator2@souk.test', password })
    expect(data.user?.app_metadata).toMatchObject({ role: 'operator', provider: 'email' })
  })
})

describe('a forgotten password', () => {
  it('is replaced through the mailed link, which works once', async () => {
    await client().signUp({ email: 'grace@souk.test', password })
    const auth = client()
    const mailed = await auth.resetPasswordForEmail('grace@souk.test')
    expect(mailed.error).toBeNull()
    const links = [...stack.lines.join('\n').matchAll(/\/auth\/confirm\?token_hash=([^&\s]+)&type=recovery/g)]
    const tokenHash = links.at(-1)?.[1] ?? ''
    expect(tokenHash).not.toBe('')
    expect((await auth.verifyOtp({ type: 'recovery', token_hash: tokenHash })).error).toBeNull()
    expect((await auth.updateUser({ password: 'a better password' })).error).toBeNull()
    const signIn = (secret: string) =>
      client().signInWithPassword({ email: 'grace@souk.test', password: secret })
    expect((await signIn('a better password')).error).toBeNull()
    expect((await signIn(password)).error?.code).toBe('invalid_credentials')
    const again = await client().verifyOtp({ type: 'recovery', token_hash: tokenHash })
    expect(again.error).not.toBeNull()
  })

  it('sends nothing to an address without an account, and says nothing of it', async () => {
    const before = stack.lines.length
    const { error } = await client().resetPasswordForEmail('nobody@souk.test')
    expect(error).toBeNull()
    expect(stack.lines.slice(before).join('\n')).not.toContain('nobody@souk.test')
  })
})
