/**
 * Owns sending a version and reading what came of it, a lost answer included: a version that exists already with the
 * very same bytes has been published, whether or not anybody heard of it.
 */
import { ApiError, callApi } from '#lib/client/api'
import type { getRegistryPackageEndpoint } from '#lib/catalog/endpoints'
import type { Manifest } from '#lib/kernel/manifest'
import type { publishVersionEndpoint } from '#lib/publishing/endpoints'
import type { PublishedVersion } from '#lib/publishing/schemas'

export interface Published {
  handle: string
  version: string
  /** Unknown when only its existence could be seen. */
  status: PublishedVersion['package']['status'] | null
  sha256: string
  /** This attempt found it there, byte for byte. */
  wasThere: boolean
}

export interface PublishRequest {
  manifest: Manifest
  bytes: Uint8Array<ArrayBuffer>
  /** Empty: whatever it has, or the last shelf. */
  category: string
  /** Uploads that go along, each `{name}@{sha256}`. */
  files: readonly string[]
  idempotencyKey: string
}

/** @throws ApiError when it is not published, or nobody knows. */
export async function publish({
  manifest,
  bytes,
  category,
  files,
  idempotencyKey,
}: PublishRequest): Promise<Published> {
  const query = new URLSearchParams([
    ...(category === '' ? [] : [['category', category]]),
    ...files.map((reference) => ['files', reference]),
  ])
  try {
    const answer = await callApi<typeof publishVersionEndpoint>({
      method: 'POST',
      path: query.size === 0 ? '/api/v1/packages' : `/api/v1/packages?${query.toString()}`,
      body: { bytes, contentType: 'application/yaml' },
      idempotencyKey,
    })
    const { sha256, version } = answer.version
    return { handle: answer.package.handle, version, status: answer.package.status, sha256, wasThere: false }
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'version_exists') throw error
    const sha256 = await publishedHash(manifest)
    if (sha256 === null || sha256 !== (await hashOf(bytes))) throw error
    return { handle: manifest.id, version: manifest.version, status: null, sha256, wasThere: true }
  }
}

async function publishedHash({ id, version }: Manifest): Promise<string | null> {
  try {
    const { versions } = await callApi<typeof getRegistryPackageEndpoint>({
      method: 'GET',
      path: `/api/v1/packages/${id}`,
    })
    return versions.find((entry) => entry.version === version)?.sha256 ?? null
  } catch {
    return null
  }
}

/** Null where the browser withholds its cryptography, as it does from pages over plain HTTP. */
async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (!globalThis.isSecureContext) return null
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
