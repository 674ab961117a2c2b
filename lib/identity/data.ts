/** All database access of accounts and tokens. It knows no HTTP and no Auth API. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor, UserActor } from '#lib/kernel/actor'
import { asActor, type Database } from '#lib/platform/db'
import { type Token, tokenScopeSchema } from './schemas.ts'

const TOKENS_LISTED_MAX = 200
const EXPIRED_LISTED_DAYS = 30

const tokenColumns = [
  'id',
  'name',
  'token_hint',
  'scopes',
  'namespaces',
  'expires_at',
  'last_used_at',
  'created_at',
] as const

interface TokenRow {
  id: string
  name: string
  token_hint: string
  scopes: string[]
  namespaces: string[] | null
  expires_at: Date
  last_used_at: Date | null
  created_at: Date
}

export interface NewToken {
  name: string
  hash: Buffer
  hint: string
  scopes: readonly string[]
  namespaces: readonly string[] | null
  expiresInDays: number
}

export type InsertTokenResult =
  | { outcome: 'created'; token: Token }
  | { outcome: 'too_many' }
  | { outcome: 'foreign'; namespaces: string[] }

/** Checks the limit and the namespaces and inserts, as one: two requests at once cannot pass the limit together. */
export async function insertToken(
  person: UserActor,
  token: NewToken,
  liveMax: number,
): Promise<InsertTokenResult> {
  return await asActor(person, async (db) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`api_tokens:${person.userId}`}, 0))`.execute(db)
    const foreign = await selectForeignNamespaces(db, token.namespaces ?? [])
    if (foreign.length > 0) return { outcome: 'foreign', namespaces: foreign }
    const live = await db
      .selectFrom('identity.api_tokens')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', person.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .executeTakeFirstOrThrow()
    if (live.count >= liveMax) return { outcome: 'too_many' }
    const row = await db
      .insertInto('identity.api_tokens')
      .values({
        user_id: person.userId,
        name: token.name,
        token_hash: token.hash,
        token_hint: token.hint,
        scopes: [...token.scopes],
        namespaces: token.namespaces === null ? null : [...token.namespaces],
        expires_at: sql<Date>`now() + make_interval(days => ${token.expiresInDays}::integer)`,
      })
      .returning(tokenColumns)
      .executeTakeFirstOrThrow()
    return { outcome: 'created', token: toToken(row) }
  })
}

/** Those of `names` that are not the caller's, whether they belong to someone else or to nobody. */
async function selectForeignNamespaces(db: Database, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await db
    .selectFrom('catalog.namespaces')
    .select('name')
    .where('name', 'in', names)
    .where(sql<boolean>`(catalog.owns_store(store_id) or name in (select catalog.managed_namespaces()))`)
    .execute()
  const owned = new Set(rows.map((row) => row.name))
  return names.filter((name) => !owned.has(name))
}

/** Newest first: every live token, and those that expired lately. Revoked ones are gone for good. */
export async function selectTokens(owner: SignedInActor): Promise<Token[]> {
  return await asActor(owner, async (db) => {
    const rows = await db
      .selectFrom('identity.api_tokens')
      .select(tokenColumns)
      .where('user_id', '=', owner.userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now() - make_interval(days => ${EXPIRED_LISTED_DAYS}::integer)`)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(TOKENS_LISTED_MAX)
      .execute()
    return rows.map(toToken)
  })
}

/** False when the caller has no such token that is not revoked already. */
export async function updateTokenRevoked(person: UserActor, tokenId: string): Promise<boolean> {
  return await asActor(person, async (db) => {
    const result = await db
      .updateTable('identity.api_tokens')
      .set({ revoked_at: sql<Date>`now()` })
      .where('id', '=', tokenId)
      .where('user_id', '=', person.userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst()
    return result.numUpdatedRows > 0n
  })
}

export async function updateDisplayName(person: UserActor, displayName: string): Promise<void> {
  await asActor(person, async (db) => {
    await db
      .updateTable('identity.profiles')
      .set({ display_name: displayName, updated_at: sql<Date>`now()` })
      .where('user_id', '=', person.userId)
      .execute()
  })
}

export interface ViewerRow {
  displayName: string | null
  storeSlug: string | null
  unreadCount: number
}

/** The caller's own name and store and how much they have not read, in one statement. Either of the first may be missing. */
export async function selectViewer(actor: SignedInActor): Promise<ViewerRow> {
  return await asActor(actor, async (db) => {
    const { rows } = await sql<ViewerRow>`
      select
        (select p.display_name from identity.profiles p where p.user_id = ${actor.userId}) as "displayName",
        (select s.slug from catalog.stores s where s.owner_id = ${actor.userId}) as "storeSlug",
        (select count(*) from (
          select from identity.notifications n where n.user_id = ${actor.userId} and n.read_at is null limit 100) unread
        )::int as "unreadCount"
    `.execute(db)
    return rows[0] ?? { displayName: null, storeSlug: null, unreadCount: 0 }
  })
}

/** Names of the namespaces that the caller looks after, in order. */
export async function selectOwnNamespaces(person: UserActor): Promise<string[]> {
  return await asActor(person, async (db) => {
    const { rows } = await sql<{ name: string }>`
      select name from catalog.managed_namespaces() managed (name) order by name`.execute(db)
    return rows.map((row) => row.name)
  })
}

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    name: row.name,
    hint: row.token_hint,
    scopes: tokenScopeSchema.array().parse(row.scopes),
    namespaces: row.namespaces,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    isExpired: row.expires_at.getTime() <= Date.now(),
  }
}
