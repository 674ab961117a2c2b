/**
 * Owns the Supabase Auth client of the server and the cookie that carries a session. It knows no feature; who the
 * caller is gets decided elsewhere, from the verified token and never from what this client remembers.
 */
import 'server-only'
import { type CookieMethodsServer, type CookieOptionsWithName, createServerClient } from '@supabase/ssr'
import { createClient, type SupabaseClient } from '@supabase/supabase-js'
import { cookies } from 'next/headers'
import { env } from './env.ts'

const AUTH_TIMEOUT_MS = 8_000

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

/** A client for one request, whose session lives in `jar`. Only the tokens go into the cookie, not the user's record. */
export function createSessionClient(jar: Pick<CookieMethodsServer, 'getAll' | 'setAll'>): SupabaseClient {
  return createServerClient(env().SUPABASE_URL, env().SUPABASE_PUBLISHABLE_KEY, {
    cookies: { ...jar, encode: 'tokens-only' },
    cookieOptions: sessionCookieOptions(),
    global: { fetch: fetchWithDeadline },
  })
}

/** The same for the request that Next is serving. Writes need a server action or a route handler. */
export async function supabaseForRequest(): Promise<SupabaseClient> {
  const jar = await cookies()
  return createSessionClient({
    getAll: () => jar.getAll(),
    setAll: (items) => {
      for (const { name, value, options } of items) jar.set(name, value, options)
    },
  })
}

/** A client that reads and keeps no session: for sign-up and for checking a password without signing anyone in. */
export function supabaseWithoutSession(): SupabaseClient {
  return createClient(env().SUPABASE_URL, env().SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: fetchWithDeadline },
  })
}

function fetchWithDeadline(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const deadline = AbortSignal.timeout(AUTH_TIMEOUT_MS)
  const signal = init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline
  return fetch(input, { ...init, signal, cache: 'no-store' })
}
