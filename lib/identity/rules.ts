/**
 * Pure decisions about people and their sessions: where a sign-in may lead, who may write, which roles someone has.
 * Client-safe. It must not ask the database or the network anything.
 */
import type { Actor, SignedInActor, UserActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'

export type Role = 'shopper' | 'seller' | 'operator'

const NEXT_MAX_LENGTH = 2048
const BASE = 'http://souk.invalid'
/** Pages that a signed-in person has no use for; returning there would look like a failed sign-in. */
const DEAD_ENDS = /^\/(?:sign-in|sign-up|forgot-password|reset-password|auth|api)(?:\/|$)/

/**
 * The path to return to after signing in, taken from a query or a form that anyone may have written. Only a path on
 * this site passes; everything else (another origin, `//host`, a scheme, control characters) becomes `fallback`.
 */
export function safeNextPath(text: unknown, fallback = '/'): string {
  if (typeof text !== 'string' || text.length > NEXT_MAX_LENGTH) return fallback
  if (!text.startsWith('/') || /[\\\p{Cc}]/u.test(text) || !URL.canParse(text, BASE)) return fallback
  const url = new URL(text, BASE)
  // Checked after parsing: `/..//host` is harmless as written and another origin once its dots are resolved.
  if (url.origin !== BASE || url.pathname.startsWith('//') || DEAD_ENDS.test(url.pathname)) return fallback
  return `${url.pathname}${url.search}${url.hash}`
}

/** `path` with `?next=` unless it would lead to the default place anyway. */
export function withNext(path: string, next: string): string {
  return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`
}

/** Operator comes from the verified token alone, seller from owning a store. Everyone may shop. */
export function rolesOf(actor: Actor, storeSlug: string | null): Role[] {
  const roles: Role[] = ['shopper']
  if (storeSlug !== null) roles.push('seller')
  if (actor.kind !== 'anonymous' && actor.appRole === 'operator') roles.push('operator')
  return roles
}

export function requireSignedIn(actor: Actor): SignedInActor {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in first.')
  return actor
}

/** For what only the person may do, such as managing tokens: no token can widen or outlive itself. */
export function requirePerson(actor: Actor): UserActor {
  const signedIn = requireSignedIn(actor)
  if (signedIn.kind === 'user') return signedIn
  throw new Problem('forbidden', 'An API token cannot do this. Sign in as its owner instead.')
}

/** As `requirePerson`, and the session must be current: one that could not be renewed reads but does not write. */
export function requirePersonToWrite(actor: Actor): UserActor {
  const person = requirePerson(actor)
  if (!person.isStale) return person
  throw new Problem(
    'unavailable',
    'Your session could not be renewed just now. Nothing was changed; try again shortly.',
    {
      headers: { 'retry-after': '30' },
    },
  )
}
