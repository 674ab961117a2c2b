/**
 * Owns who calls a function in their own name. What a token says is not trusted here: the database checks it before it
 * does anything.
 */
import { Problem } from '../../../lib/kernel/problem.ts'

export interface Caller {
  token: string
}

/**
 * @throws Problem `unauthenticated` without a token that could be a person's, `user_changed` when the caller meant to be
 *   somebody else.
 */
export function callerOf(headers: Headers): Caller {
  const token = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1]
  const subject = token === undefined ? null : subjectOf(token)
  if (token === undefined || subject === null) {
    throw unauthenticated('Send `Authorization: Bearer` with the access token of a signed-in person.')
  }
  const expected = headers.get('souk-expect-user')
  if (expected !== null && expected.toLowerCase() !== subject) {
    throw new Problem('user_changed', 'Somebody else is signed in by now, so nothing was done.')
  }
  return { token }
}

export function unauthenticated(detail: string): Problem {
  return new Problem('unauthenticated', detail, {
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })
}

/** Keys of the project are tokens of nobody. */
function subjectOf(token: string): string | null {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]+$/.exec(token) ?? []
  if (payload === undefined) return null
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    if (typeof claims !== 'object' || claims === null || !('sub' in claims)) return null
    return typeof claims.sub === 'string' ? claims.sub : null
  } catch {
    return null
  }
}
