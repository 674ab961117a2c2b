/** All database access of moderation: each decision is one SQL function, atomic by itself. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor, selectValue } from '#lib/platform/db'
import type {
  Approval,
  DecisionAction,
  ModeratedPackage,
  ModeratedStore,
  ModerationCounts,
  PackageCase,
  PackageDossier,
  StoreCase,
  StoreDossier,
} from './schemas.ts'

/** Where a page of the queue ended: when that entry began to wait, and its id. */
export interface QueuePosition {
  at: string
  id: string
}

export interface ListPage<Item, Position> {
  items: Item[]
  next: Position | null
}

/** A page of a list by name. */
export interface ByName {
  status: string | null
  beginning: string | null
  after: string | null
  limit: number
}

export async function updatePackageStatus(
  actor: SignedInActor,
  handle: string,
  action: DecisionAction,
  reason: string,
): Promise<ModeratedPackage> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<ModeratedPackage>`catalog.decide_package(${handle}, ${action}, ${reason})`),
  )
}

export async function updateStoreStatus(
  actor: SignedInActor,
  slug: string,
  action: DecisionAction,
  reason: string,
): Promise<ModeratedStore> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<ModeratedStore>`catalog.decide_store(${slug}, ${action}, ${reason})`),
  )
}

/** A page of the queue and how much waits, as of one moment. */
export async function selectQueue(
  actor: SignedInActor,
  type: 'package' | 'store' | null,
  after: QueuePosition | null,
  limit: number,
): Promise<ListPage<Approval, QueuePosition> & { counts: ModerationCounts }> {
  return await asActor(actor, async (db) => {
    const page = await selectValue(
      db,
      sql<ListPage<Approval, QueuePosition>>`catalog.approval_queue(
        ${type}::text, ${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid, ${limit}::int)`,
    )
    return { ...page, counts: await selectValue(db, sql<ModerationCounts>`catalog.moderation_counts()`) }
  })
}

export async function selectCounts(actor: SignedInActor): Promise<ModerationCounts> {
  return await asActor(actor, (db) => selectValue(db, sql<ModerationCounts>`catalog.moderation_counts()`))
}

export async function selectPackages(
  actor: SignedInActor,
  { status, beginning, after, limit }: ByName,
): Promise<ListPage<PackageDossier, string>> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<ListPage<PackageDossier, string>>`catalog.moderated_packages(
        ${status}::text, ${beginning}::text, ${after}::text, ${limit}::int)`,
    ),
  )
}

export async function selectStores(
  actor: SignedInActor,
  { status, beginning, after, limit }: ByName,
): Promise<ListPage<StoreDossier, string>> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<ListPage<StoreDossier, string>>`catalog.moderated_stores(
        ${status}::text, ${beginning}::text, ${after}::text, ${limit}::int)`,
    ),
  )
}

export async function selectPackageCase(actor: SignedInActor, handle: string): Promise<PackageCase | null> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<PackageCase | null>`catalog.package_case(${handle})`),
  )
}

export async function selectStoreCase(actor: SignedInActor, slug: string): Promise<StoreCase | null> {
  return await asActor(actor, (db) => selectValue(db, sql<StoreCase | null>`catalog.store_case(${slug})`))
}
