import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { authForRequest, authWithoutSession } from '#lib/platform/supabase-server'
import { authProblem, isAuthUnreachable } from './auth-fault.ts'
import { requirePersonToWrite } from './rules.ts'
import type { ChangePasswordInput } from './schemas.ts'

/**
 * Changes the caller's password, who must know the present one, and ends their other sessions.
 * @throws Problem `validation_failed` with the field named, `unavailable`.
 */
export async function changePassword(actor: Actor, input: ChangePasswordInput): Promise<void> {
  const person = requirePersonToWrite(actor)
  await proveKnowledge(person.email, input.currentPassword)
  const auth = await authForRequest()
  const { error } = await auth.updateUser({ password: input.newPassword })
  if (error) throw authProblem(error, 'newPassword')
  await auth.signOut({ scope: 'others' })
}

/** A session alone is not enough: it may be an unlocked computer. */
async function proveKnowledge(email: string, password: string): Promise<void> {
  const { error } = await authWithoutSession().signInWithPassword({ email, password })
  if (!error) return
  if (error.code !== 'invalid_credentials' || isAuthUnreachable(error)) throw authProblem(error)
  const message = 'This is not your current password.'
  throw new Problem('validation_failed', message, { issues: [{ path: 'currentPassword', message }] })
}
