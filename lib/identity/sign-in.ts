import 'server-only'
import { setTimeout as delay } from 'node:timers/promises'
import { Problem } from '#lib/kernel/problem'
import { authForRequest } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'
import type { SignInInput } from './schemas.ts'
import { STEADY_MS } from './steady-time.ts'

/**
 * Starts a session in the request's cookies.
 * @throws Problem `unauthenticated`, the same for a wrong password and an unknown address; `unavailable`.
 */
export async function signIn({ email, password }: SignInInput): Promise<void> {
  const auth = await authForRequest()
  const startedAt = performance.now()
  const { error } = await auth.signInWithPassword({ email, password })
  if (!error) return
  if (isAuthUnreachable(error) || error.code === 'over_request_rate_limit') throw authProblem(error)
  // No hash is computed for an unknown address, so its refusal would come sooner.
  await delay(Math.max(0, STEADY_MS - (performance.now() - startedAt)))
  if (error.code === 'email_not_confirmed') {
    throw new Problem('unauthenticated', 'Confirm your address first: we sent you a mail with a link.')
  }
  throw new Problem('unauthenticated', 'The email address or the password is not right.')
}
