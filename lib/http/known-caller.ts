/**
 * Owns who is behind a credential as far as counting needs it: a person whose credential was good within the last
 * minute. It opens nothing: whoever answers the request checks it again.
 */
import 'server-only'
import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { findApiToken } from '#lib/platform/api-token-lookup'
import { hashTokenSecret, isTokenSecret } from '#lib/platform/api-token-secret'
import { orAfter } from '#lib/platform/or-after'
import { verifyAccessToken } from './access-token.ts'
import { parseCookies, readSession } from './session-cookie.ts'
import { hasSession } from './session-cookie-name.ts'

export type KnownCaller = (headers: Pick<Headers, 'get'>) => string | null | Promise<string | null>

const REMEMBERED_MAX = 20_000
const REMEMBERED_MS = 60_000
/** A request that waits for the database here waits for it once more when it is answered. */
const PATIENCE_MS = 200

export function hasCredential(headers: Pick<Headers, 'get'>): boolean {
  return headers.get('authorization') !== null || hasSession(headers.get('cookie') ?? undefined)
}

/** The person's id; `null` for nobody, also when it cannot be found out. */
export function knownCaller(
  userOf: (headers: Pick<Headers, 'get'>) => Promise<string | null> = userBehind,
): KnownCaller {
  const remembered = new LRUCache<string, string>({ max: REMEMBERED_MAX, ttl: REMEMBERED_MS })
  return (headers) => {
    if (!hasCredential(headers)) return null
    const credential = hash('sha256', `${headers.get('authorization') ?? ''}\n${headers.get('cookie') ?? ''}`)
    const known = remembered.get(credential)
    if (known !== undefined) return known
    const found = userOf(headers).then(
      (userId) => {
        if (userId !== null) remembered.set(credential, userId)
        return userId
      },
      () => null,
    )
    // Whoever is found out later counts as themselves from then on.
    return orAfter(PATIENCE_MS, found, null)
  }
}

/** Also a lapsed session says whose it is, and is about to be renewed. */
async function userBehind(headers: Pick<Headers, 'get'>): Promise<string | null> {
  const authorization = headers.get('authorization')
  if (authorization === null) {
    const session = await readSession(parseCookies(headers.get('cookie')))
    return session ? await userOfAccessToken(session.access_token) : null
  }
  const [, token = ''] = /^bearer +(\S+)$/i.exec(authorization) ?? []
  if (!token.startsWith('souk_')) return await userOfAccessToken(token)
  return isTokenSecret(token) ? ((await findApiToken(hashTokenSecret(token)))?.userId ?? null) : null
}

async function userOfAccessToken(token: string): Promise<string | null> {
  return (await verifyAccessToken(token))?.claims.sub ?? null
}
