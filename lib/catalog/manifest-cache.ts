/**
 * Owns the public bytes of hot versions, in front of the database: read once, and served while the
 * database is away. Only what everybody may have is here. Each entry is leased: the database is asked about it again
 * every second, so what was quarantined, priced, withdrawn or deleted anywhere is gone within `LEASE_MS`; in this
 * process at once, by {@link forgetPackage}. It decides nothing about callers.
 */
import 'server-only'
import { LRUCache } from 'lru-cache'
import { anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { LISTING_TAG, packageTag, SHELF_TAG } from '#lib/http/public-pages'
import { ALL_TAGS, onPurge, purge } from '#lib/platform/cache-purge'
import { env } from '#lib/platform/env'
import { LeasedCache } from '#lib/platform/leased-cache'
import { readAccess, readManifest } from './data.ts'

export interface PublicManifest {
  sha256: string
  bytes: Buffer<ArrayBuffer>
}

const FRESH_MS = 1_000
const LEASE_MS = 2_000
const PATIENCE_MS = 1_000
/** What an entry costs beside its bytes: keys, hashes, objects. */
const ENTRY_OVERHEAD_BYTES = 512
const MAX_RESOLUTIONS = 10_000

interface Caches {
  manifests: LeasedCache<PublicManifest>
  /** What `latest` and ranges last meant to everybody, for while the database is away. */
  resolutions: LRUCache<string, string>
}

// Next bundles pages and route handlers apart, each with modules of its own; what one changes the other must forget.
const KEY = Symbol.for('souk.manifest-cache')
const shared = globalThis as { [KEY]?: Caches }

function caches(): Caches {
  const made = shared[KEY]
  if (made) return made
  // Also when another process changed who may have a package: the shared cache in front drops its copy then, and must
  // not be given the same bytes again.
  onPurge(dropTagged)
  return (shared[KEY] = {
    manifests: new LeasedCache({
      maxBytes: env().MANIFEST_CACHE_BYTES,
      sizeOf: ({ bytes }) => bytes.length + ENTRY_OVERHEAD_BYTES,
      ...{ freshMs: FRESH_MS, leaseMs: LEASE_MS, patienceMs: PATIENCE_MS },
      isUnreachable: isUnavailable,
    }),
    resolutions: new LRUCache({ max: MAX_RESOLUTIONS }),
  })
}

function dropTagged(tags: readonly string[]): void {
  const prefix = packageTag('')
  for (const tag of tags) {
    if (tag === ALL_TAGS) forget('')
    else if (tag.startsWith(prefix)) forget(`${tag.slice(prefix.length)}@`)
  }
}

/** The bytes of an exact version that everybody may have; null when not everybody may, or there is none. */
export async function readPublicManifest(handle: string, version: string): Promise<PublicManifest | null> {
  return await caches().manifests.read(`${handle}@${version}`, {
    load: async () => {
      const read = await readManifest(anonymous, handle, version)
      if (read?.outcome !== 'ok' || read.yamlContent === null) return null
      return { sha256: read.sha256, bytes: Buffer.from(read.yamlContent, 'utf8') }
    },
    renew: async ({ sha256 }) => {
      const access = await readAccess(anonymous, handle, version)
      return access?.outcome === 'ok' && access.sha256 === sha256
    },
  })
}

/** Asks what a range means, and remembers the answer for while nobody can be asked. */
export async function resolvePublicly(
  handle: string,
  range: string,
  ask: () => Promise<string | null>,
): Promise<string | null> {
  const { resolutions } = caches()
  const key = `${handle}@${range}`
  try {
    const version = await ask()
    if (version === null) resolutions.delete(key)
    else resolutions.set(key, version)
    return version
  } catch (error) {
    const remembered = isUnavailable(error) ? resolutions.get(key) : undefined
    if (remembered === undefined) throw error
    return remembered
  }
}

/** To be called by whatever changes who may have a package, once it is committed. */
export function forgetPackage(handle: string): void {
  purge([packageTag(handle), LISTING_TAG])
}

/** The same for what must be gone, or look otherwise, on the pages of other packages as well. */
export function forgetPackageEverywhere(handle: string): void {
  forgetPackage(handle)
  purge([SHELF_TAG])
}

/** The same for what changes many packages, such as the status of a store. */
export function forgetAllPackages(): void {
  purge([ALL_TAGS])
}

function forget(prefix: string): void {
  const { manifests, resolutions } = caches()
  manifests.forget(prefix)
  for (const key of resolutions.keys()) if (key.startsWith(prefix)) resolutions.delete(key)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'unavailable'
}
