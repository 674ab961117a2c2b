/** What the importer of the old tree asks the database, as the service: it works for the operator, for many stores. */
import { sql } from 'kysely'
import { createHash } from 'node:crypto'
import type { UserActor } from '#lib/kernel/actor'
import { checkClaimableName } from '#lib/kernel/handle'
import { asServiceInTime } from '#lib/platform/db'
import type { Source } from './walk-tree.ts'

export type Key = Pick<Source, 'handle' | 'version'>

export const keyOf = ({ handle, version }: Key): string => `${handle}@${version}`

const asList = (keys: readonly Key[]) =>
  JSON.stringify(keys.map(({ handle, version }) => ({ handle, version })))

/** Hexadecimal hashes of the versions that are published, by `handle@version`. */
export async function publishedHashes(keys: readonly Key[]): Promise<Map<string, string>> {
  const { rows } = await asServiceInTime((db) =>
    sql<Key & { sha256: string }>`
      select p.handle, v.version, encode(v.sha256, 'hex') as sha256
      from jsonb_to_recordset(${asList(keys)}::text::jsonb) as k (handle text, version text)
      join catalog.packages p on p.handle = k.handle
      join catalog.versions v on v.package_id = p.id and v.version = k.version`.execute(db),
  )
  return new Map(rows.map((row) => [keyOf(row), row.sha256]))
}

/** Hashes of the stored bytes themselves, read back and computed here, whatever the database says of them. */
export async function storedHashes(keys: readonly Key[]): Promise<Map<string, string>> {
  const { rows } = await asServiceInTime((db) =>
    sql<Key & { yaml: string }>`
      select p.handle, v.version, m.yaml_content as yaml
      from jsonb_to_recordset(${asList(keys)}::text::jsonb) as k (handle text, version text)
      join catalog.packages p on p.handle = k.handle
      join catalog.versions v on v.package_id = p.id and v.version = k.version
      join catalog.manifests m on m.sha256 = v.sha256`.execute(db),
  )
  return new Map(rows.map((row) => [keyOf(row), createHash('sha256').update(row.yaml, 'utf8').digest('hex')]))
}

/**
 * For sessions of the importer, which reads every row again before it says that it is there: commits need not wait for the
 * disk one by one, as long as {@link settleCommits} is called before that.
 */
export function withUnhurriedCommits(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  url.searchParams.set('synchronous_commit', 'off')
  return url.href
}

/** Returns once everything committed so far is on the disk. */
export async function settleCommits(): Promise<void> {
  await asServiceInTime((db) =>
    // One record in the log of transactions whose commit waits for the disk, and so for all before it.
    sql`select set_config('synchronous_commit', 'on', true), pg_logical_emit_message(true, 'souk', 'imported')`.execute(
      db,
    ),
  )
}

export type Publisher = { ok: true; actor: UserActor } | { ok: false; reason: string }

interface NamespaceRow {
  owner_id: string | null
  store: string
}

/**
 * As whom a namespace's versions are published: its store's owner, or the operator where a store has none.
 * @param storeSlug gets the namespaces that nobody has claimed, when `isApplied`
 */
export async function findPublisher(
  namespace: string,
  options: { storeSlug?: string; operatorId?: string; isApplied: boolean },
): Promise<Publisher> {
  const known = await readNamespace(namespace)
  const fault = known ? null : await faultOfName(namespace, options.storeSlug)
  if (fault !== null) return { ok: false, reason: fault }
  const row = known ?? (await claimFor(namespace, options))
  if (!row) {
    return {
      ok: false,
      reason: `nobody has claimed the namespace "${namespace}": give it to a store with --store`,
    }
  }
  if (row.owner_id !== null) return { ok: true, actor: publisher(row.owner_id, null) }
  if (options.operatorId !== undefined) return { ok: true, actor: publisher(options.operatorId, 'operator') }
  return {
    ok: false,
    reason: `the store "${row.store}" has no owner: name an operator's account with --operator`,
  }
}

async function readNamespace(namespace: string): Promise<NamespaceRow | undefined> {
  const { rows } = await asServiceInTime((db) =>
    sql<NamespaceRow>`
      select s.owner_id, s.slug as store from catalog.namespaces n join catalog.stores s on s.id = n.store_id
      where n.name = ${namespace}`.execute(db),
  )
  return rows[0]
}

/** Why nobody may claim this name, as whoever claims one by hand is told. */
async function faultOfName(namespace: string, storeSlug: string | undefined): Promise<string | null> {
  const checked = checkClaimableName(namespace)
  if (!checked.ok) return checked.message
  if (storeSlug === undefined) return null
  const { rows } = await asServiceInTime((db) =>
    sql<{ similar: string | null }>`
      select catalog.similar_namespace(${namespace}, s.id) as similar
      from catalog.stores s where s.slug = ${storeSlug}`.execute(db),
  )
  const similar = rows[0]?.similar ?? null
  return similar === null
    ? null
    : `the namespace "${namespace}" looks too much like "${similar}", which belongs to another store`
}

async function claimFor(
  namespace: string,
  { storeSlug, isApplied }: { storeSlug?: string; isApplied: boolean },
): Promise<NamespaceRow | undefined> {
  if (storeSlug === undefined) return undefined
  const { rows } = await asServiceInTime((db) =>
    sql<NamespaceRow>`select s.owner_id, s.slug as store from catalog.stores s where s.slug = ${storeSlug}`.execute(
      db,
    ),
  )
  if (!rows[0]) throw new Error(`There is no store "${storeSlug}".`)
  if (!isApplied) return rows[0]
  await asServiceInTime((db) =>
    sql`select catalog.claim_namespace_for(${namespace}, ${storeSlug})`.execute(db),
  )
  return await readNamespace(namespace)
}

function publisher(userId: string, appRole: 'operator' | null): UserActor {
  return { kind: 'user', userId, email: '', displayName: '', appRole, isStale: false }
}
