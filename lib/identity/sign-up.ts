import 'server-only'
import { env } from '#lib/platform/env'
import { authWithoutSession } from '#lib/platform/supabase-server'
import { authProblem } from './auth-fault.ts'
import type { SignUpInput } from './schemas.ts'
import { noSoonerThan, STEADY_MS } from './steady-time.ts'

/** What to do next; the same for a new address and for one that has an account. */
export type SignUpOutcome = 'sign_in' | 'check_mail'

/**
 * Opens an account, if the address is free. It never signs anyone in: only then do a new and a known address get the same
 * answer. Roles cannot be asked for; what someone says of themselves lands in user_metadata, which grants nothing.
 * @throws Problem `validation_failed` for a refused password or address, `rate_limited`, `unavailable`.
 */
export async function signUp(input: SignUpInput): Promise<SignUpOutcome> {
  return await noSoonerThan(STEADY_MS, register(input))
}

async function register({ email, password, displayName }: SignUpInput): Promise<SignUpOutcome> {
  const { data, error } = await authWithoutSession().signUp({
    email,
    password,
    options: {
      data: { display_name: displayName },
      emailRedirectTo: new URL('/auth/confirm', env().SITE_URL).href,
    },
  })
  // Projects that confirm at once refuse a known address; the others pretend, and throttle mails to it.
  if (error?.code === 'user_already_exists' || error?.code === 'email_exists') return 'sign_in'
  if (error?.code === 'over_email_send_rate_limit') return 'check_mail'
  if (error) throw authProblem(error)
  return data.session ? 'sign_in' : 'check_mail'
}
