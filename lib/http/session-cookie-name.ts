/** Owns the session cookie's name, for those who only ask whether there may be a session. Reads nothing else of it. */
import 'server-only'

export const SESSION_COOKIE = 'souk-session'

/** Chunks (`souk-session.0`) and the secure form (`__Host-souk-session`) included; also what is merely called so. */
export function hasSession(cookieHeader: string | undefined): boolean {
  return cookieHeader?.includes(SESSION_COOKIE) ?? false
}
