import 'server-only'
import type { AuthError } from '@supabase/supabase-js'
import { Problem } from '#lib/kernel/problem'
import { authForRequest, type SupabaseAuth } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'
import type { ResetPasswordInput } from './schemas.ts'

/**
 * Redeems a reset link and sets the password in one go, so that opening the link (as mail scanners do) spends nothing.
 * Afterwards this browser is signed in and every other session has ended.
 * @throws Problem `gone` for a link that is spent, expired or invented; `validation_failed`, `unavailable`.
 */
export async function resetPassword(input: ResetPasswordInput): Promise<void> {
  const auth = await authForRequest()
  await redeem(auth, input)
  const { error } = await auth.updateUser({ password: input.password })
  // "The same password as before" is what they asked for.
  if (error && error.code !== 'same_password') {
    await auth.signOut({ scope: 'local' })
    const problem = authProblem(error)
    throw new Problem('gone', `${problem.detail} The link is spent now: ask for a new one.`, { cause: error })
  }
  await auth.signOut({ scope: 'others' })
}

async function redeem(auth: SupabaseAuth, { tokenHash, code }: ResetPasswordInput): Promise<void> {
  const error = await redemptionError(auth, tokenHash, code)
  if (!error) return
  throw isAuthUnreachable(error) ? authProblem(error) : spent(error)
}

async function redemptionError(
  auth: SupabaseAuth,
  tokenHash: string | undefined,
  code: string | undefined,
): Promise<AuthError | null> {
  if (tokenHash !== undefined) {
    return (await auth.verifyOtp({ type: 'recovery', token_hash: tokenHash })).error
  }
  // Without this a signed-in browser could set a password without knowing the old one.
  if (code === undefined) throw spent()
  return (await auth.exchangeCodeForSession(code)).error
}

function spent(cause?: unknown): Problem {
  return new Problem('gone', 'This link has expired or was used before. Ask for a new one.', { cause })
}
