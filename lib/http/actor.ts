/**
 * Owns the answer to "who is asking", from a bearer token or the session cookie. A bearer token that is not good is
 * refused; a cookie that is not good is nobody. It decides nothing about what the caller may do.
 */
import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { type Actor, anonymous, type UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { findApiToken } from '#lib/platform/api-token-lookup'
import { hashTokenSecret, isTokenSecret } from '#lib/platform/api-token-secret'
import { log } from '#lib/platform/log'
import { type AccessClaims, verifyAccessToken } from './access-token.ts'
import type { Caller } from './handle-request.ts'
import { type Cookie, parseCookies, readSession } from './session-cookie.ts'

/**
 * Set by the gate, which removes it from what clients send: the session has lapsed and could not be renewed for want
 * of network, so it may still read for `GRACE_SECONDS`.
 */
export const GRACE_HEADER = 'x-souk-session-grace'
export const GRACE_SECONDS = 12 * 60 * 60

const DISPLAY_NAME_MAX_LENGTH = 80

/** @throws Problem `unauthenticated` for a bearer token that is malformed, unknown, expired or revoked. */
export async function resolveCaller(requestHeaders: Headers): Promise<Caller> {
  const authorization = requestHeaders.get('authorization')
  if (authorization !== null) return { actor: await actorOfBearer(authorization), via: 'bearer' }
  const isGrace = requestHeaders.has(GRACE_HEADER)
  const actor = await actorOfCookies(parseCookies(requestHeaders.get('cookie')), isGrace)
  return { actor, via: actor.kind === 'anonymous' ? 'none' : 'cookie' }
}

/** The caller of the page that Next is rendering. Asked any number of times, it is worked out once a request. */
export const currentActor = cache(async (): Promise<Actor> => {
  const [jar, requestHeaders] = await Promise.all([cookies(), headers()])
  return await actorOfCookies(jar.getAll(), requestHeaders.has(GRACE_HEADER))
})

async function actorOfBearer(authorization: string): Promise<Actor> {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? []
  if (token === undefined) throw refusal('Send `Authorization: Bearer` with one token.')
  if (token.startsWith('souk_')) {
    const actor = isTokenSecret(token) ? await findApiToken(hashTokenSecret(token)) : null
    if (!actor) throw refusal('This API token is unknown, expired or revoked.')
    return actor
  }
  const verified = await verifyAccessToken(token).catch((cause: unknown) => {
    throw new Problem('unavailable', 'Access tokens cannot be checked at the moment.', { cause })
  })
  if (!verified || verified.isExpired) throw refusal('This access token is malformed or has expired.')
  return userOf(verified.claims, false)
}

function refusal(detail: string): Problem {
  return new Problem('unauthenticated', detail, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

async function actorOfCookies(jar: readonly Cookie[], isGrace: boolean): Promise<Actor> {
  const session = await readSession(jar)
  if (!session) return anonymous
  const verified = await verifyAccessToken(session.access_token).catch((error: unknown) => {
    log.warn({ err: error }, 'session could not be checked')
    return null
  })
  if (!verified) return anonymous
  if (!verified.isExpired) return userOf(verified.claims, false)
  const isWithinGrace = Date.now() / 1000 - verified.claims.exp < GRACE_SECONDS
  return isGrace && isWithinGrace ? userOf(verified.claims, true) : anonymous
}

function userOf(claims: AccessClaims, isStale: boolean): UserActor {
  const email = claims.email ?? ''
  const chosen = claims.user_metadata?.display_name
  const displayName =
    typeof chosen === 'string' && chosen.trim() !== '' ? chosen.trim() : email.split('@', 1).join('')
  return {
    kind: 'user',
    userId: claims.sub,
    email,
    displayName: displayName.slice(0, DISPLAY_NAME_MAX_LENGTH),
    // Only the service writes app_metadata; user_metadata is the person's own and grants nothing.
    appRole: claims.app_metadata?.role === 'operator' ? 'operator' : null,
    isStale,
  }
}
