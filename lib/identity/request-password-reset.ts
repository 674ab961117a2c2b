import 'server-only'
import { after } from 'next/server'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { authForRequest } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'
import { afterExactly, STEADY_MS } from './steady-time.ts'

/**
 * Has a reset link mailed to the address, if it has an account. Same answer, same duration, either way.
 * @throws Problem `unavailable` when Auth cannot be reached, `rate_limited` when this client asked too often.
 */
export async function requestPasswordReset(email: string): Promise<void> {
  const auth = await authForRequest()
  const work = auth
    .resetPasswordForEmail(email, { redirectTo: new URL('/reset-password', env().SITE_URL).href })
    .then(({ error }) => {
      // Mails to one address are throttled only if it has an account, so that refusal must stay unseen.
      if (!error || error.code === 'over_email_send_rate_limit') return
      if (isAuthUnreachable(error) || error.code === 'over_request_rate_limit') throw authProblem(error)
      log.warn({ err: error }, 'password reset refused')
    })
  // A slow mail server must neither delay the answer nor lose the mail.
  after(() => work.catch((error: unknown) => log.warn({ err: error }, 'password reset failed')))
  await afterExactly(STEADY_MS, work)
}
