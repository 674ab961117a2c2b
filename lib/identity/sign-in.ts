import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { authForRequest } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'
import type { SignInInput } from './schemas.ts'
import { steadily } from './steady-time.ts'

const FAILURE_MS = 600

/**
 * Starts a session in the request's cookies.
 * @throws Problem `unauthenticated`, the same for a wrong password and an unknown address; `unavailable`.
 */
export async function signIn({ email, password }: SignInInput): Promise<void> {
  const auth = await authForRequest()
  const started = Date.now()
  const { error } = await auth.signInWithPassword({ email, password })
  if (!error) return
  if (isAuthUnreachable(error) || error.code === 'over_request_rate_limit') throw authProblem(error)
  // No hash is computed for an unknown address, so its refusal would come sooner.
  await steadily(Promise.resolve(), undefined, Math.max(0, FAILURE_MS - (Date.now() - started)))
  if (error.code === 'email_not_confirmed') {
    throw new Problem('unauthenticated', 'Confirm your address first: we sent you a mail with a link.')
  }
  throw new Problem('unauthenticated', 'The email address or the password is not right.')
}
