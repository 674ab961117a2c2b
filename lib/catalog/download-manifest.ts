import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { formatPrice } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import { isRange, parseVersion, rangeBounds } from '#lib/kernel/semver'
import { countActivity } from './activity-buffer.ts'
import { type ManifestRead, readManifest, readResolvedVersion } from './data.ts'
import { readPublicManifest, resolvePublicly } from './manifest-cache.ts'
import { readerOf } from './reader.ts'

export type ManifestDownload =
  | { kind: 'redirect'; version: string; isPublic: boolean }
  | { kind: 'bytes'; version: string; bytes: Buffer<ArrayBuffer>; sha256: string; isPublic: boolean }

/**
 * The exact bytes of a version, or where `latest` or a range leads to.
 * @throws Problem `not_found`; `gone` when the version was deleted; `unauthenticated` or `payment_required` when the
 *   package must be bought first.
 */
export async function downloadManifest(
  actor: Actor,
  handle: string,
  version: string,
): Promise<ManifestDownload> {
  if (!parseVersion(version)) return await resolve(actor, handle, version.trim())
  // Free packages are the same for everybody; only what not everybody may have is asked for as the caller.
  const found = await readPublicManifest(handle, version)
  if (found) return { kind: 'bytes', version, ...found, isPublic: true }
  const read = await readManifest(readerOf(actor, handle), handle, version)
  if (!read) throw new Problem('not_found', `There is no ${handle}@${version}.`)
  const yamlContent = requireRight(read, handle, version)
  const bytes = Buffer.from(yamlContent, 'utf8')
  return { kind: 'bytes', version, bytes, sha256: read.sha256, isPublic: false }
}

/** Counts one completed download; revalidations and HEAD requests are not downloads. */
export function countDownload(handle: string): void {
  countActivity(handle, 'downloads')
}

async function resolve(actor: Actor, handle: string, range: string): Promise<ManifestDownload> {
  const nothing = () => new Problem('not_found', `No version of ${handle} satisfies "${range}".`)
  if (range !== 'latest' && !isRange(range)) throw nothing()
  const bounds = rangeBounds(range)
  const listed = await resolvePublicly(handle, range, () => readResolvedVersion(anonymous, handle, bounds))
  if (listed !== null) return { kind: 'redirect', version: listed, isPublic: true }
  const reader = readerOf(actor, handle)
  const own = reader.kind === 'anonymous' ? null : await readResolvedVersion(reader, handle, bounds)
  if (own === null) throw nothing()
  return { kind: 'redirect', version: own, isPublic: false }
}

function requireRight(read: ManifestRead, handle: string, version: string): string {
  if (read.outcome === 'ok' && read.yamlContent !== null) return read.yamlContent
  if (read.outcome === 'gone') throw new Problem('gone', `${handle}@${version} was deleted.`)
  const price = formatPrice({ amount: read.priceAmount, currency: 'USD' })
  if (read.outcome === 'unauthenticated') {
    throw new Problem(
      'unauthenticated',
      `${handle} costs ${price}. Sign in with an account that has bought it.`,
    )
  }
  throw new Problem('payment_required', `${handle} costs ${price}. Buy it to download it.`)
}
