import 'server-only'
import { log } from '#lib/platform/log'
import { authForRequest } from '#lib/platform/supabase-server'

/** Ends this browser's session. The cookies go even when Auth cannot be reached to revoke the refresh token. */
export async function signOut(): Promise<void> {
  const auth = await authForRequest()
  const { error } = await auth.signOut({ scope: 'local' })
  if (error) log.warn({ err: error }, 'signed out without revoking the session')
}
