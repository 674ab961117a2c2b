/**
 * Owns the one question that authentication asks the database: whose API token has this hash. As the service, since
 * nobody is known before it is answered.
 */
import 'server-only'
import { sql } from 'kysely'
import type { TokenActor, TokenScope } from '#lib/kernel/actor'
import { asServiceInTime } from './db.ts'

interface TokenRow {
  token_id: string
  user_id: string
  email: string | null
  app_role: string | null
  scopes: TokenScope[]
  namespaces: string[] | null
  display_name: string | null
}

/** `null` when no live token has this SHA-256. */
export async function findApiToken(tokenHash: Buffer): Promise<TokenActor | null> {
  const { rows } = await asServiceInTime((db) =>
    sql<TokenRow>`
      select token_id, user_id, email, app_role, scopes, namespaces, display_name
      from identity.authenticate_token(${tokenHash})`.execute(db),
  )
  const [row] = rows
  if (!row) return null
  return {
    kind: 'token',
    userId: row.user_id,
    tokenId: row.token_id,
    email: row.email ?? '',
    displayName: row.display_name ?? '',
    appRole: row.app_role === 'operator' ? 'operator' : null,
    scopes: row.scopes,
    namespaces: row.namespaces,
  }
}
