import 'server-only'
import { createHash } from 'node:crypto'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { artefactStore, artefactStoreName } from '#lib/platform/artefact-store'
import { log } from '#lib/platform/log'
import { abandonFile, beginFile, finishFile } from './data.ts'
import { checkEvidence, evidenceName } from './evidence-file.ts'
import type { Dispute } from './schemas.ts'
import { voiceOf } from './voice.ts'

/**
 * Shows a file to the other side and the operators. Its kind is told by its bytes, whatever the sender claims.
 * @throws Problem `validation_failed`, `not_found`, `forbidden`, `conflict`, `quota_exceeded`, `upstream_failed`
 */
export async function addFile(
  actor: SignedInActor,
  id: string,
  file: { name: string; bytes: Uint8Array },
): Promise<Dispute> {
  const { bytes } = file
  const mediaType = requireEvidence(bytes)
  const party = await voiceOf(actor, id)
  const store = artefactStoreName()
  const begun = await beginFile(party, id, evidenceName(file.name), store)
  try {
    await artefactStore(store)
      .write(begun.key, onePiece(bytes))
      .catch((cause: unknown) => {
        throw new Problem('upstream_failed', 'The file could not be stored. Please try again.', { cause })
      })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return await finishFile(party, begun.id, { sha256, sizeBytes: bytes.byteLength, mediaType })
  } catch (error) {
    // The collector takes the bytes that nobody refers to.
    await abandonFile(party, begun.id).catch((cause: unknown) =>
      log.warn({ err: cause, file: begun.id }, 'an abandoned file is left to time'),
    )
    throw error
  }
}

/** @throws Problem `validation_failed` */
export function requireEvidence(bytes: Uint8Array): string {
  const checked = checkEvidence(bytes)
  if (checked.ok) return checked.mediaType
  throw new Problem('validation_failed', checked.message, {
    issues: [{ path: 'file', message: checked.message }],
  })
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}
