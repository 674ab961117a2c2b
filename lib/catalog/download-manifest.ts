import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { formatPrice } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import { parseVersion, resolveRange } from '#lib/kernel/semver'
import { countActivity } from './activity-buffer.ts'
import { type ManifestRead, readManifest, readVersions } from './data.ts'
import { readerOf } from './reader.ts'

export type ManifestDownload =
  | { kind: 'redirect'; version: string }
  | {
      kind: 'bytes'
      version: string
      yamlContent: string
      sha256: string
      sizeBytes: number
      isPublic: boolean
    }

/**
 * The exact bytes of a version, or where `latest` or a range leads to.
 * @throws Problem `not_found`; `unauthenticated` or `payment_required` when the package must be bought first.
 */
export async function downloadManifest(
  actor: Actor,
  handle: string,
  version: string,
): Promise<ManifestDownload> {
  if (!parseVersion(version)) {
    const listed = await readVersions(anonymous, handle)
    const versions = listed.length > 0 ? listed : await readVersions(readerOf(actor, handle), handle)
    const resolved = resolveRange(versions, version)
    if (!resolved) throw new Problem('not_found', `No version of ${handle} satisfies "${version}".`)
    return { kind: 'redirect', version: resolved }
  }
  // Free packages are the same for everybody and are read as the public; only a refusal is asked again as the caller.
  const asPublic = await readManifest(anonymous, handle, version)
  const isPublic = asPublic?.outcome === 'ok'
  const reader = isPublic ? anonymous : readerOf(actor, handle)
  const read = reader.kind === 'anonymous' ? asPublic : await readManifest(reader, handle, version)
  if (!read) throw new Problem('not_found', `There is no ${handle}@${version}.`)
  const yamlContent = requireRight(read, handle)
  return { kind: 'bytes', version, yamlContent, sha256: read.sha256, sizeBytes: read.sizeBytes, isPublic }
}

/** Counts one completed download; revalidations and HEAD requests are not downloads. */
export function countDownload(handle: string): void {
  countActivity(handle, 'downloads')
}

function requireRight(read: ManifestRead, handle: string): string {
  if (read.outcome === 'ok' && read.yamlContent !== null) return read.yamlContent
  const price = formatPrice({ amount: read.priceAmount, currency: 'USD' })
  if (read.outcome === 'unauthenticated') {
    throw new Problem(
      'unauthenticated',
      `${handle} costs ${price}. Sign in with an account that has bought it.`,
    )
  }
  throw new Problem('payment_required', `${handle} costs ${price}. Buy it to download it.`)
}
