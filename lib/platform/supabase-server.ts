/**
 * Owns the Supabase Auth client of the server and the cookie that carries a session. It knows no feature; who the
 * caller is gets decided elsewhere, from the verified token and never from what this client remembers.
 */
import 'server-only'
import { type CookieOptionsWithName, createServerClient } from '@supabase/ssr'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { cookies } from 'next/headers'
import { env } from './env.ts'

const AUTH_TIMEOUT_MS = 4_000

export type SupabaseAuth = SupabaseClient['auth']

/**
 * Host-only (no domain), out of reach of scripts, and kept from other sites' requests. Over HTTPS the name's `__Host-`
 * prefix makes browsers enforce the first two.
 */
export function sessionCookieOptions(): CookieOptionsWithName & { name: string } {
  const isSecure = env().SITE_URL.startsWith('https:')
  return {
    name: isSecure ? '__Host-souk-session' : 'souk-session',
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
  }
}

/**
 * Auth for the request that Next is serving, its session in the request's cookies: the tokens only, not the user's record.
 * What starts, changes or ends a session needs a server action or a route handler.
 */
export async function authForRequest(): Promise<SupabaseAuth> {
  const jar = await cookies()
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = env()
  return createServerClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, {
    cookies: {
      encode: 'tokens-only',
      getAll: () => jar.getAll(),
      setAll: (items) => {
        for (const { name, value, options } of items) jar.set(name, value, options)
      },
    },
    cookieOptions: sessionCookieOptions(),
    global: { fetch: fetchWithDeadline },
  }).auth
}

/** Auth that reads and keeps no session: for sign-up, and for checking a password without signing anyone in. */
export function authWithoutSession(): SupabaseAuth {
  const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY } = env()
  return createClient(SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithDeadline },
  }).auth
}

function fetchWithDeadline(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const deadline = AbortSignal.timeout(AUTH_TIMEOUT_MS)
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline
  return fetch(input, { ...init, signal, cache: 'no-store' })
}
