/** All database access of publishing: each write is one SQL function, atomic by itself. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import type { Manifest } from '#lib/kernel/manifest'
import type { PackageCard } from '#lib/catalog/schemas'
import { asActor, selectValue } from '#lib/platform/db'
import type {
  Namespace,
  OpenStoreInput,
  PublishedVersion,
  SellerOverview,
  Store,
  UpdatePackageInput,
} from './schemas.ts'

export interface Release {
  /** Orders by semver precedence under collate "C". */
  sortKey: string
  isPrerelease: boolean
  approval: 'auto' | 'manual'
  category?: string
  autoTags: readonly string[]
  /** Scopes of the API token that publishes; absent when a person does. */
  scopes?: readonly string[]
}

export async function insertStore(
  actor: Actor,
  input: OpenStoreInput,
  approval: 'auto' | 'manual',
): Promise<Store> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<Store>`catalog.open_store(${input.slug}, ${input.name}, ${input.description}, ${approval})`,
    ),
  )
}

export async function insertNamespace(actor: Actor, name: string): Promise<Namespace> {
  return await asActor(actor, (db) => selectValue(db, sql<Namespace>`catalog.claim_namespace(${name})`))
}

export async function insertVersion(
  actor: Actor,
  manifest: Manifest,
  yaml: string,
  release: Release,
): Promise<PublishedVersion> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<PublishedVersion>`catalog.publish_version(
        ${JSON.stringify(manifest)}::text::jsonb, ${yaml}, ${JSON.stringify(release)}::text::jsonb)`,
    ),
  )
}

export async function changePackage(
  actor: Actor,
  handle: string,
  changes: UpdatePackageInput,
): Promise<PackageCard> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<PackageCard>`catalog.update_package(${handle}, ${JSON.stringify(changes)}::text::jsonb)`,
    ),
  )
}

export async function readSellerOverview(actor: SignedInActor): Promise<SellerOverview> {
  return await asActor(actor, (db) => selectValue(db, sql<SellerOverview>`catalog.seller_overview()`))
}
