import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { authWithoutSession } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'

/**
 * Redeems a link that proves an address. It signs nobody in: a link that someone else sent must not put this browser
 * into their account.
 * @throws Problem `gone` for a link that is spent, expired or invented; `unavailable`.
 */
export async function confirmAddress(type: 'signup' | 'email_change', tokenHash: string): Promise<void> {
  const { error } = await authWithoutSession().verifyOtp({ type, token_hash: tokenHash })
  if (!error) return
  if (isAuthUnreachable(error)) throw authProblem(error)
  throw new Problem('gone', 'This link has expired or was used before.', { cause: error })
}
