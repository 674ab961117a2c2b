import 'server-only'
import { forgetPackage } from '#lib/catalog/manifest-cache'
import type { Actor } from '#lib/kernel/actor'
import type { Manifest } from '#lib/kernel/manifest'
import { Problem } from '#lib/kernel/problem'
import { rangeBounds } from '#lib/kernel/semver'
import { env } from '#lib/platform/env'
import { type FileReference, insertVersion } from './data.ts'
import { parseManifestApart } from './parse-manifest.ts'
import { deriveTags } from './rules.ts'
import { type PublishedVersion, publishedVersionSchema } from './schemas.ts'
import { requireNamespace } from './token-reach.ts'

export interface PublishOptions {
  /** Category slug; a new package without one goes to `other`, an existing one keeps its own. */
  category?: string
  /** Uploads that the version takes over, each `{name}` or `{name}@{sha256}`, as `fileReferenceSchema` checks. */
  files?: readonly string[]
  /** What the manifest has to say that it is; one of anything else is refused. */
  expected?: { handle: string; version: string }
  /** Whoever keeps the marketplace brings over what was published elsewhere: no limit an hour applies. */
  isBroughtOver?: boolean
}

/**
 * Publishes one version from the exact bytes of its manifest. The form, the API and the importer all come through here.
 * @throws Problem `invalid_manifest` with line and column, `version_exists`, `namespace_not_owned`,
 *   `insufficient_scope`, `kind_changed`, `rate_limited`, `unknown_dependency`, `dependency_cycle` with the way round. Nothing is written then.
 */
export async function publishVersion(
  actor: Actor,
  bytes: Uint8Array,
  options: PublishOptions = {},
): Promise<PublishedVersion> {
  if (actor.kind === 'anonymous') {
    throw new Problem('unauthenticated', 'Sign in or send an API token to publish.')
  }
  const manifest = await readManifest(actor.userId, bytes)
  requireNamespace(actor, manifest.id)
  const { expected } = options
  if (expected && (manifest.id !== expected.handle || manifest.version !== expected.version)) {
    throw new Problem('validation_failed', `The manifest says that it is ${manifest.id}@${manifest.version}.`)
  }
  const yaml = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const { PACKAGE_APPROVAL: approval, ...settings } = env()
  const release = {
    approval,
    autoTags: deriveTags(manifest),
    files: (options.files ?? []).map(readFileReference),
    dependencyBounds: Object.fromEntries(
      Object.entries(manifest.dependencies).map(([handle, range]) => [handle, rangeBounds(range)]),
    ),
    ...(options.category === undefined ? {} : { category: options.category }),
    ...(actor.kind === 'token' ? { scopes: actor.scopes } : {}),
  }
  const limits = options.isBroughtOver
    ? { newPackages: 0, versions: 0 }
    : { newPackages: settings.PUBLISH_NEW_PER_HOUR, versions: settings.PUBLISH_VERSIONS_PER_HOUR }
  const published = await insertVersion(actor, manifest, yaml, release, limits)
  forgetPackage(manifest.id)
  // The SQL function also tells the package's inner id, which is nobody's business outside.
  return publishedVersionSchema.parse(published)
}

function readFileReference(text: string): FileReference {
  const [name = '', sha256] = text.split('@')
  return { name, ...(sha256 === undefined ? {} : { sha256 }) }
}

async function readManifest(caller: string, bytes: Uint8Array): Promise<Manifest> {
  const result = await parseManifestApart(caller, bytes)
  if (result.ok) return result.manifest
  const count = result.issues.length
  throw new Problem('invalid_manifest', `The manifest has ${count} ${count === 1 ? 'fault' : 'faults'}.`, {
    issues: result.issues,
  })
}
