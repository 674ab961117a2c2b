import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { formatPrice } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import { isRange, parseVersion, rangeBounds } from '#lib/kernel/semver'
import { countActivity } from './activity-buffer.ts'
import { type ManifestRead, readManifest, readResolvedVersion } from './data.ts'
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
    return { kind: 'redirect', version: await resolve(actor, handle, version.trim()) }
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

async function resolve(actor: Actor, handle: string, range: string): Promise<string> {
  const nothing = () => new Problem('not_found', `No version of ${handle} satisfies "${range}".`)
  if (range !== 'latest' && !isRange(range)) throw nothing()
  const bounds = rangeBounds(range)
  const listed = await readResolvedVersion(anonymous, handle, bounds)
  if (listed !== null) return listed
  const reader = readerOf(actor, handle)
  const own = reader.kind === 'anonymous' ? null : await readResolvedVersion(reader, handle, bounds)
  if (own === null) throw nothing()
  return own
}

function requireRight(read: ManifestRead, handle: string): string {
  if (read.outcome === 'ok' && read.yamlContent !== null) return read.yamlContent
  if (read.outcome === 'gone') throw new Problem('gone', 'This version was deleted.')
  const price = formatPrice({ amount: read.priceAmount, currency: 'USD' })
  if (read.outcome === 'unauthenticated') {
    throw new Problem(
      'unauthenticated',
      `${handle} costs ${price}. Sign in with an account that has bought it.`,
    )
  }
  throw new Problem('payment_required', `${handle} costs ${price}. Buy it to download it.`)
}
