/** All database access of publishing: each write is one SQL function, atomic by itself. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import type { Manifest } from '#lib/kernel/manifest'
import type { PackageDetail, VersionFile } from '#lib/catalog/schemas'
import { ARTEFACTS_MAX_PER_VERSION } from '#lib/kernel/artefact'
import type { ArtefactStoreName } from '#lib/platform/artefact-store-port'
import { asActor, asAnon, asService, callAsActor, selectValue } from '#lib/platform/db'
import type { LogHead, PublishLogEntry } from '#lib/kernel/publish-log'
import type { RangeBounds } from '#lib/kernel/semver'
import type {
  ChangedVersion,
  DeprecateInput,
  Namespace,
  OpenStoreInput,
  PublishedVersion,
  SellerOverview,
  Store,
  UpdatePackageInput,
  Upload,
  VersionTombstone,
} from './schemas.ts'

export interface FileReference {
  name: string
  /** Hexadecimal. Given, an upload of other bytes is refused. */
  sha256?: string
}

export interface Release {
  approval: 'auto' | 'manual'
  /** Of each dependency the range as SQL compares it. */
  dependencyBounds: Readonly<Record<string, RangeBounds>>
  category?: string
  autoTags: readonly string[]
  /** Uploads of the publisher that the version takes over. */
  files: readonly FileReference[]
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

/** Of one person, an hour; 0 is without limit. */
export interface PublishLimits {
  newPackages: number
  versions: number
}

/** @throws Problem `rate_limited` that says when to come back, besides what the version itself is refused for. */
export async function insertVersion(
  actor: SignedInActor,
  manifest: Manifest,
  yaml: string,
  { files, ...release }: Release,
  limits: PublishLimits,
): Promise<PublishedVersion> {
  // What the spec says stands in the text; the database reads nothing else of it.
  const said = JSON.stringify({ ...manifest, spec: undefined })
  const publish = sql<PublishedVersion>`catalog.publish_within_limits(
    ${said}::text::jsonb, ${yaml}, ${JSON.stringify(release)}::text::jsonb,
    ${limits.newPackages}::integer, ${limits.versions}::integer)`
  if (files.length === 0) {
    const published = await callAsActor(actor, publish)
    return { ...published, version: { ...published.version, files: [] } }
  }
  return await asActor(actor, async (db) => {
    const published = await selectValue(db, publish)
    const attached = await selectValue(
      db,
      sql<VersionFile[]>`catalog.attach_files(${manifest.id}, ${manifest.version},
        ${JSON.stringify(files)}::text::jsonb, ${ARTEFACTS_MAX_PER_VERSION}::int)`,
    )
    return { ...published, version: { ...published.version, files: attached } }
  })
}

export async function changePackage(
  actor: Actor,
  handle: string,
  changes: UpdatePackageInput,
): Promise<PackageDetail> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<PackageDetail>`catalog.update_package(${handle}, ${JSON.stringify(changes)}::text::jsonb)`,
    ),
  )
}

export async function setYanked(
  actor: SignedInActor,
  handle: string,
  version: string,
  yank: { isYanked: boolean; reason?: string },
): Promise<ChangedVersion> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<ChangedVersion>`catalog.yank_version(${handle}, ${version}, ${yank.isYanked}, ${yank.reason ?? null})`,
    ),
  )
}

/** @param deprecation null takes the advice back. */
export async function setVersionDeprecation(
  actor: SignedInActor,
  handle: string,
  version: string,
  deprecation: DeprecateInput | null,
): Promise<ChangedVersion> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<ChangedVersion>`catalog.deprecate(${handle}, ${version}, ${JSON.stringify(deprecation)}::text::jsonb)`,
    ),
  )
}

export async function setPackageDeprecation(
  actor: SignedInActor,
  handle: string,
  deprecation: DeprecateInput | null,
): Promise<PackageDetail> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<PackageDetail>`catalog.deprecate(${handle}, null, ${JSON.stringify(deprecation)}::text::jsonb)`,
    ),
  )
}

export async function removeVersion(
  actor: SignedInActor,
  handle: string,
  version: string,
  reason: string,
): Promise<VersionTombstone> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<VersionTombstone>`catalog.delete_version(${handle}, ${version}, ${reason})`),
  )
}

export async function readSellerOverview(actor: SignedInActor): Promise<SellerOverview> {
  return await asActor(actor, (db) => selectValue(db, sql<SellerOverview>`catalog.seller_desk()`))
}

/** Whose file it is and where it will belong. */
export interface UploadTarget {
  handle: string
  version: string
  name: string
}

/** Together, of one person: two versions full of the largest files. */
const UPLOADS_MAX_BYTES = 2 * 1024 ** 3

/** The key under which the bytes are to be stored. */
export async function beginUpload(
  actor: Actor,
  { handle, version, name }: UploadTarget,
  store: ArtefactStoreName,
): Promise<string> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<string>`catalog.begin_upload(${handle}, ${version}, ${name}, ${store}, ${UPLOADS_MAX_BYTES}::bigint,
        ${ARTEFACTS_MAX_PER_VERSION}::int)`,
    ),
  )
}

/** `key` is where the bytes are: elsewhere when the same ones were stored before. */
export async function finishUpload(
  actor: Actor,
  key: string,
  { sha256, sizeBytes, mediaType }: Pick<Upload, 'sha256' | 'sizeBytes' | 'mediaType'>,
): Promise<Upload & { key: string }> {
  return await asActor(actor, (db) =>
    selectValue(
      db,
      sql<
        Upload & { key: string }
      >`catalog.finish_upload(${key}, ${sha256}, ${sizeBytes}::bigint, ${mediaType})`,
    ),
  )
}

export async function abandonUpload(actor: Actor, key: string): Promise<void> {
  await asActor(actor, (db) => sql`select catalog.abandon_upload(${key})`.execute(db))
}

export async function readUploads(actor: Actor, handle: string, version: string): Promise<Upload[]> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<Upload[]>`catalog.list_uploads(${handle}, ${version})`),
  )
}

/** False when there was none. */
export async function removeUpload(actor: Actor, { handle, version, name }: UploadTarget): Promise<boolean> {
  return await asActor(actor, (db) =>
    selectValue(db, sql<boolean>`catalog.delete_upload(${handle}, ${version}, ${name})`),
  )
}

/** Stored bytes that nobody refers to any more. They are asked for again until they are forgotten. */
export async function doomArtefacts(limit: number): Promise<{ key: string; store: ArtefactStoreName }[]> {
  return await asService((db) =>
    selectValue(db, sql<{ key: string; store: ArtefactStoreName }[]>`catalog.doom_artefacts(${limit}::int)`),
  )
}

export async function forgetArtefact(key: string): Promise<void> {
  await asService((db) => sql`select catalog.forget_artefact(${key})`.execute(db))
}

export async function selectPublishLog(
  after: number,
  limit: number,
): Promise<{ items: PublishLogEntry[]; head: LogHead | null }> {
  return await asAnon((db) =>
    selectValue(
      db,
      sql<{
        items: PublishLogEntry[]
        head: LogHead | null
      }>`catalog.read_publish_log(${after}::bigint, ${limit}::integer)`,
    ),
  )
}
