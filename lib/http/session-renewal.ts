/**
 * Owns renewing a session whose access token is about to lapse. Parallel requests with the same refresh token share
 * one call, because a refresh token is good for one use only. It never decides who the caller is.
 */
import 'server-only'
import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { StoredSession } from './session-cookie.ts'

const RENEW_BEFORE_SECONDS = 60
const TIMEOUT_MS = 3_000
/** Requests that left the browser before the new cookie reached it still bring the old one. */
const REMEMBER_MS = 30_000
/**
 * While Auth does not answer at all, pages must not wait for it one after the other. An answer of any kind costs no
 * wait, and may be owed to the token that was sent: it holds up that session alone.
 */
const PAUSE_MS = 5_000
const MAX_REMEMBERED = 10_000
/** How Auth refuses a refresh token. Others (401 for our key, 429, 5xx) say nothing about the session. */
const REFUSALS = new Set([400, 403, 422])

export type Renewal =
  | { outcome: 'renewed'; session: StoredSession }
  /** Auth says that the session is over. */
  | { outcome: 'ended' }
  /** Auth did not say anything: try again later. */
  | { outcome: 'unreachable' }

export interface RenewalOptions {
  supabaseUrl: string
  publishableKey: string
  fetch?: typeof fetch
  now?: () => number
}

export interface SessionRenewer {
  renew(session: StoredSession): Promise<Renewal>
}

const tokensSchema = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number(),
})

/** Seconds since the epoch at which the access token lapses, unverified; `null` when it is not a token at all. */
export function expiryOf(session: StoredSession): number | null {
  try {
    return decodeJwt(session.access_token).exp ?? null
  } catch {
    return null
  }
}

export function needsRenewal(session: StoredSession, nowSeconds: number): boolean {
  const expiry = expiryOf(session)
  return expiry === null || expiry - nowSeconds < RENEW_BEFORE_SECONDS
}

export function sessionRenewer(options: RenewalOptions): SessionRenewer {
  const now = options.now ?? Date.now
  const remembered = new Map<string, { renewal: Promise<Renewal>; untilMs: number }>()
  let pausedUntilMs = 0

  function forgetOld(): void {
    for (const [key, { untilMs }] of remembered) {
      // Oldest first: insertion order is expiry order, but for calls that are still running.
      if (untilMs > now() && remembered.size <= MAX_REMEMBERED) break
      remembered.delete(key)
    }
  }

  return {
    async renew(session) {
      const key = createHash('sha256').update(session.refresh_token).digest('base64')
      const running = remembered.get(key)
      if (running && running.untilMs > now()) return await running.renewal
      if (now() < pausedUntilMs) return { outcome: 'unreachable' }
      forgetOld()
      const renewal = requestTokens(session, options, () => {
        pausedUntilMs = now() + PAUSE_MS
      })
      remembered.delete(key)
      remembered.set(key, { renewal, untilMs: now() + REMEMBER_MS })
      const result = await renewal
      if (result.outcome === 'unreachable') {
        remembered.set(key, { renewal, untilMs: now() + PAUSE_MS })
      }
      return result
    },
  }
}

/**
 * Asks Auth directly. The client of `@supabase/ssr` would do the same, but it repeats a failed call for up to 30 s
 * and does not tell a refusal from silence.
 */
async function requestTokens(
  session: StoredSession,
  options: RenewalOptions,
  onSilence: () => void,
): Promise<Renewal> {
  const send = options.fetch ?? fetch
  let response: Response
  let text: string
  try {
    response = await send(new URL('/auth/v1/token?grant_type=refresh_token', options.supabaseUrl), {
      method: 'POST',
      headers: { apikey: options.publishableKey, 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: session.refresh_token }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: 'no-store',
    })
    text = await response.text()
  } catch {
    onSilence()
    return { outcome: 'unreachable' }
  }
  try {
    if (REFUSALS.has(response.status)) return { outcome: 'ended' }
    if (!response.ok) return { outcome: 'unreachable' }
    const { user: _user, ...tokens } = tokensSchema.parse(JSON.parse(text))
    const nowSeconds = Math.floor((options.now ?? Date.now)() / 1000)
    return { outcome: 'renewed', session: { expires_at: nowSeconds + tokens.expires_in, ...tokens } }
  } catch {
    return { outcome: 'unreachable' }
  }
}
