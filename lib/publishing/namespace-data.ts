/** Database access of namespaces that several people look after: each write is one SQL function, atomic by itself. */
import 'server-only'
import { sql } from 'kysely'
import type { UserActor } from '#lib/kernel/actor'
import { asActor, selectValue } from '#lib/platform/db'
import type { NamespacePage, OfferInput, OwnNamespaces } from './schemas.ts'

export async function selectNamespacePage(actor: UserActor, name: string): Promise<NamespacePage | null> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<NamespacePage | null>`catalog.namespace_page(${name})`),
  )
}

export async function selectManagedNamespaces(actor: UserActor): Promise<OwnNamespaces> {
  return await asActor(actor, (db) => selectValue(db, sql<OwnNamespaces>`catalog.own_namespaces()`))
}

export async function insertOffer(
  actor: UserActor,
  name: string,
  offer: OfferInput,
): Promise<{ id: string }> {
  const role = offer.kind === 'member' ? offer.role : null
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<{ id: string }>`catalog.offer_namespace(${name}, ${offer.kind}, ${offer.to}, ${role})`,
    ),
  )
}

export interface AnsweredOffer {
  name: string
  accepted: boolean
  /** When the namespace went to another store: the slugs of both, and the packages that went along. */
  moved?: { from: string; to: string; handles: string[] }
}

export async function updateOffer(
  actor: UserActor,
  offerId: string,
  accepts: boolean,
): Promise<AnsweredOffer> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<AnsweredOffer>`catalog.answer_offer(${offerId}::uuid, ${accepts}::boolean)`),
  )
}

export async function updateOfferWithdrawn(actor: UserActor, name: string, offerId: string): Promise<void> {
  await asActor(actor, (db) => sql`select catalog.withdraw_offer(${name}, ${offerId}::uuid)`.execute(db))
}

/** A null role ends the membership. */
export async function updateMember(
  actor: UserActor,
  name: string,
  userId: string,
  role: 'owner' | 'maintainer' | null,
): Promise<void> {
  await asActor(actor, (db) =>
    sql`select catalog.change_member(${name}, ${userId}::uuid, ${role})`.execute(db),
  )
}
