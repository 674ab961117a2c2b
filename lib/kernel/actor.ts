/**
 * Who is asking: the one type that every verb receives and every authorisation decision reads.
 * It must not know how the caller proved it (cookie, bearer token), only what follows from it.
 */

export type AppRole = 'operator'

export type TokenScope =
  'publish:new' | 'publish:update' | 'yank' | 'read' | 'usage:write' | 'purchase' | 'sell'

export interface AnonymousActor {
  kind: 'anonymous'
}

/** A person signed in by session or Supabase access token. */
export interface UserActor {
  kind: 'user'
  userId: string
  email: string
  displayName: string
  appRole: AppRole | null
  /** True in the grace period: the session has lapsed and could not be renewed, so it may read but not write. */
  isStale: boolean
}

/** A program with a scoped API token; it acts for its owner within `scopes` and `namespaces` (null: all of theirs). */
export interface TokenActor {
  kind: 'token'
  userId: string
  tokenId: string
  email: string
  displayName: string
  appRole: AppRole | null
  scopes: readonly TokenScope[]
  namespaces: readonly string[] | null
}

export type SignedInActor = UserActor | TokenActor
export type Actor = AnonymousActor | SignedInActor

export const anonymous: AnonymousActor = { kind: 'anonymous' }
