import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import type { ByteRange } from '#lib/kernel/artefact'
import { formatPrice } from '#lib/kernel/money-text'
import { Problem } from '#lib/kernel/problem'
import { parseVersion } from '#lib/kernel/semver'
import { artefactStore } from '#lib/platform/artefact-store'
import { readVersionFile, type VersionFileRead } from './data.ts'
import { downloadManifest } from './download-manifest.ts'
import { readerOf } from './reader.ts'
import type { VersionFile } from './schemas.ts'

export type FileDownload =
  | { kind: 'redirect'; version: string }
  | {
      kind: 'file'
      file: VersionFile
      isPublic: boolean
      /** Nothing is read from the store before it is taken. */
      read: (range: ByteRange) => AsyncIterable<Uint8Array>
    }

/**
 * A file of a version, for exactly those who may have its manifest, or where `latest` or a range leads to.
 * @throws Problem `not_found`; `unauthenticated` or `payment_required` when the package must be bought first.
 */
export async function downloadFile(
  actor: Actor,
  handle: string,
  version: string,
  name: string,
): Promise<FileDownload> {
  if (!parseVersion(version)) {
    const resolved = await downloadManifest(actor, handle, version)
    return { kind: 'redirect', version: resolved.version }
  }
  const asPublic = await readVersionFile(anonymous, handle, version, name)
  const isPublic = asPublic?.outcome === 'ok'
  const reader = isPublic ? anonymous : readerOf(actor, handle)
  const read = reader.kind === 'anonymous' ? asPublic : await readVersionFile(reader, handle, version, name)
  if (!read) {
    // Where the manifest may not be had, its refusal stands for the file, too.
    await downloadManifest(actor, handle, version)
    throw new Problem('not_found', `There is no file "${name}" in ${handle}@${version}.`)
  }
  const { store, key } = requireRight(read, handle)
  const { sha256, sizeBytes, mediaType } = read
  return {
    kind: 'file',
    file: { name, sha256, sizeBytes, mediaType },
    isPublic,
    read: (range) => artefactStore(store).read(key, range),
  }
}

function requireRight({ outcome, store, key, priceAmount }: VersionFileRead, handle: string) {
  if (outcome === 'ok' && store !== null && key !== null) return { store, key }
  const price = formatPrice({ amount: priceAmount, currency: 'USD' })
  if (outcome === 'unauthenticated') {
    throw new Problem(
      'unauthenticated',
      `${handle} costs ${price}. Sign in with an account that has bought it.`,
    )
  }
  throw new Problem('payment_required', `${handle} costs ${price}. Buy it to download it.`)
}
