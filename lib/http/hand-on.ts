/**
 * Owns the headers with which a request reaches its page or route handler: its id, nothing that only the gate may say,
 * and a session that has not lapsed. It authorises nothing.
 */
import 'server-only'
import { GRACE_HEADER } from './actor.ts'
import type { EndpointSpec } from './endpoint.ts'
import { REQUEST_ID_HEADER } from './request-id.ts'
import {
  type Cookie,
  parseCookies,
  readSession,
  sessionCookies,
  type StoredSession,
} from './session-cookie.ts'
import { needsRenewal, type SessionRenewer } from './session-renewal.ts'

export const NONCE_HEADER = 'x-nonce'
export const CSP_HEADER = 'content-security-policy'

export type CookieToSet = Cookie & { maxAgeSeconds: number }

/** Whether an address asks who is there, so that a session is worth renewing. */
export function asksForCaller(endpoints: readonly EndpointSpec[]): boolean {
  return endpoints.some(({ access }) => access !== 'public')
}

/**
 * Makes the headers of a request ready, in place.
 * @param renewer what renews a session; `null` where nobody is asked who they are.
 * @returns the cookies to set in the browser.
 */
export async function handOn(
  headers: Headers,
  requestId: string,
  renewer: SessionRenewer | null,
): Promise<CookieToSet[]> {
  // These speak for the gate: what a client sends under their names must not reach what trusts them.
  for (const name of [GRACE_HEADER, NONCE_HEADER, CSP_HEADER]) headers.delete(name)
  headers.set(REQUEST_ID_HEADER, requestId)
  if (!renewer || !headers.has('cookie') || headers.has('authorization')) return []
  return await renew(headers, renewer)
}

/** Renews a lapsing session, for this request (in `headers`) and for the browser (the cookies to set). */
async function renew(headers: Headers, renewer: SessionRenewer): Promise<CookieToSet[]> {
  const jar = parseCookies(headers.get('cookie'))
  const session = await readSession(jar)
  if (!session || !needsRenewal(session, Date.now() / 1000)) return []
  const renewal = await renewer.renew(session)
  if (renewal.outcome === 'unreachable') {
    headers.set(GRACE_HEADER, '1')
    return []
  }
  const next: StoredSession | null = renewal.outcome === 'renewed' ? renewal.session : null
  const changed = sessionCookies(next, jar)
  const values = new Map(jar.map(({ name, value }) => [name, value]))
  for (const { name, value } of changed) {
    if (value === '') values.delete(name)
    else values.set(name, value)
  }
  headers.set('cookie', [...values].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; '))
  return changed
}
