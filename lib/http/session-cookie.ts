/**
 * Owns reading and writing the session cookie in the format of `@supabase/ssr`, for places that need no Auth client.
 * What it reads is the browser's word: only a verified access token says who the caller is.
 */
import 'server-only'
import {
  combineChunks,
  createChunks,
  serializeCookieHeader,
  stringFromBase64URL,
  stringToBase64URL,
} from '@supabase/ssr'
import { z } from 'zod'
import { sessionCookieOptions } from '#lib/platform/supabase-server'

const BASE64_PREFIX = 'base64-'
/** The longest that browsers keep a cookie. */
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60

export interface Cookie {
  name: string
  value: string
}

/** Further fields are kept as they came. */
const sessionSchema = z.looseObject({ access_token: z.string().min(1), refresh_token: z.string().min(1) })

export type StoredSession = z.infer<typeof sessionSchema>

/** `null` when there is none or it is damaged. */
export async function readSession(cookies: readonly Cookie[]): Promise<StoredSession | null> {
  const find = (name: string) => cookies.find((cookie) => cookie.name === name)?.value
  const text = await combineChunks(sessionCookieOptions().name, (name) => find(name))
  if (text === null) return null
  try {
    const json = text.startsWith(BASE64_PREFIX) ? stringFromBase64URL(text.slice(BASE64_PREFIX.length)) : text
    return sessionSchema.parse(JSON.parse(json))
  } catch {
    return null
  }
}

/** The cookies that carry the session; an empty value with `maxAgeSeconds` 0 removes one. */
export function sessionCookies(
  session: StoredSession | null,
  present: readonly Cookie[],
): (Cookie & { maxAgeSeconds: number })[] {
  const { name } = sessionCookieOptions()
  const kept = session
    ? createChunks(name, BASE64_PREFIX + stringToBase64URL(JSON.stringify(session))).map((chunk) => ({
        ...chunk,
        maxAgeSeconds: MAX_AGE_SECONDS,
      }))
    : []
  const keptNames = new Set(kept.map((cookie) => cookie.name))
  const isOurs = (cookie: Cookie) => cookie.name === name || cookie.name.startsWith(`${name}.`)
  const removed = present
    .filter((cookie) => isOurs(cookie) && !keptNames.has(cookie.name))
    .map((cookie) => ({ name: cookie.name, value: '', maxAgeSeconds: 0 }))
  return [...removed, ...kept]
}

/** The `Set-Cookie` header of one of `sessionCookies`. */
export function setCookieHeader({ name, value, maxAgeSeconds }: Cookie & { maxAgeSeconds: number }): string {
  const { path, httpOnly, secure, sameSite } = sessionCookieOptions()
  return serializeCookieHeader(name, value, { path, httpOnly, secure, sameSite, maxAge: maxAgeSeconds })
}

/** Cookies of a `Cookie` request header, percent-decoded where that is possible. */
export function parseCookies(header: string | null): Cookie[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const separator = pair.indexOf('=')
    if (separator < 0) return []
    const value = pair.slice(separator + 1).trim()
    return [{ name: pair.slice(0, separator).trim(), value: decode(value) }]
  })
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
