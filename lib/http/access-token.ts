/**
 * Owns the local check of a Supabase access token: its signature and its dates, without a call per request. It says
 * what the token claims; whether a lapsed one may still be used is the caller's decision.
 */
import 'server-only'
import { webcrypto } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { env } from '#lib/platform/env'
import { processWide } from '#lib/platform/process-wide'

const CLOCK_TOLERANCE_SECONDS = 5
const KEYS_TIMEOUT_MS = 2_000
/** A token that was good is good until it lapses, but its key is looked at again after so long. */
const REMEMBER_MS = 10 * 60 * 1000
const REMEMBERED_CHARACTERS = 8 * 1024 * 1024

const claimsSchema = z.object({
  sub: z.uuid(),
  // Keys of a project may be tokens of the same signature, with a role of their own and no person behind them.
  role: z.literal('authenticated'),
  exp: z.int(),
  email: z.string().optional(),
  app_metadata: z.object({ role: z.unknown().optional() }).optional(),
  user_metadata: z.object({ display_name: z.unknown().optional() }).optional(),
})

export type AccessClaims = z.infer<typeof claimsSchema>

export interface VerifiedToken {
  claims: AccessClaims
  isExpired: boolean
}

// A request is asked whose it is more than once, and people send many.
const remembered = processWide(
  'verified-tokens',
  () =>
    new LRUCache<string, { claims: AccessClaims; untilMs: number }>({
      maxSize: REMEMBERED_CHARACTERS,
      sizeCalculation: (_, jwt) => jwt.length,
    }),
)

/** `null`: not a token of ours. @throws when the project's keys cannot be had. */
export async function verifyAccessToken(jwt: string, now = new Date()): Promise<VerifiedToken | null> {
  const known = remembered.get(jwt)
  if (known && now.getTime() < known.untilMs) return { claims: known.claims, isExpired: false }
  const token = await verify(jwt, now)
  if (token && !token.isExpired) {
    const untilMs = Math.min(token.claims.exp * 1000, now.getTime() + REMEMBER_MS)
    remembered.set(jwt, { claims: token.claims, untilMs })
  }
  return token
}

async function verify(jwt: string, now: Date): Promise<VerifiedToken | null> {
  const options = { audience: 'authenticated', currentDate: now, clockTolerance: CLOCK_TOLERANCE_SECONDS }
  const secret = env().SUPABASE_JWT_SECRET
  try {
    const { payload } = secret
      ? await jwtVerify(jwt, await sharedKey(secret), { ...options, algorithms: ['HS256'] })
      : await jwtVerify(jwt, projectKeys(), { ...options, algorithms: ['ES256', 'RS256', 'EdDSA'] })
    return verified(payload, false)
  } catch (error) {
    // jose checks the signature before the dates, so a lapsed token is still one of ours.
    if (error instanceof errors.JWTExpired) return verified(error.payload, true)
    if (isTokenFault(error)) return null
    throw error
  }
}

let imported: { secret: string; key: Promise<webcrypto.CryptoKey> } | undefined

/** The secret made ready once: importing it costs more than checking a signature. */
function sharedKey(secret: string): Promise<webcrypto.CryptoKey> {
  if (imported?.secret !== secret) {
    const bytes = new TextEncoder().encode(secret)
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    imported = { secret, key: webcrypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']) }
  }
  return imported.key
}

function verified(payload: unknown, isExpired: boolean): VerifiedToken | null {
  const result = claimsSchema.safeParse(payload)
  return result.success ? { claims: result.data, isExpired } : null
}

function isTokenFault(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false
  return !(
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  )
}

let keys: JWTVerifyGetKey | undefined

/** The keys that the project publishes. Once known they outlive an outage of the place that publishes them. */
function projectKeys(): JWTVerifyGetKey {
  keys ??= resilientKeys(new URL('/auth/v1/.well-known/jwks.json', env().SUPABASE_URL))
  return keys
}

function resilientKeys(url: URL): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(url, { timeoutDuration: KEYS_TIMEOUT_MS })
  return async (header, token) => {
    try {
      return await remote(header, token)
    } catch (error) {
      const lastKnown = remote.jwks()
      if (isTokenFault(error) || !lastKnown) throw error
      return await createLocalJWKSet(lastKnown)(header, token)
    }
  }
}
