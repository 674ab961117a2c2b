import 'server-only'
import { createHash } from 'node:crypto'
import type { Actor } from '#lib/kernel/actor'
import { ARTEFACT_HEAD_BYTES, checkArtefactHead, checkArtefactName } from '#lib/kernel/artefact'
import { Problem } from '#lib/kernel/problem'
import { parseVersion } from '#lib/kernel/semver'
import { artefactStore, artefactStoreName } from '#lib/platform/artefact-store'
import { log } from '#lib/platform/log'
import { discardArtefact } from './collect-artefacts.ts'
import { abandonUpload, beginUpload, finishUpload, type UploadTarget } from './data.ts'
import { type Upload, uploadSchema } from './schemas.ts'
import { requireNamespace } from './token-reach.ts'

/**
 * Takes a file for a version still to be published, piece by piece: hashed, measured and stored while it arrives.
 * @param chunks throws what the client is to be told when the body is too large or breaks off
 * @param expectedSha256 hexadecimal; other bytes are refused
 * @throws Problem `validation_failed`, `unsupported_media_type`, `namespace_not_owned`, `version_exists`,
 *   `quota_exceeded`, `upstream_failed`, and whatever `chunks` throws. Nothing is kept then.
 */
export async function uploadFile(
  actor: Actor,
  target: UploadTarget,
  chunks: AsyncIterable<Uint8Array>,
  expectedSha256: string | null = null,
): Promise<Upload> {
  requireNamespace(actor, target.handle)
  const issue = faultOf(target)
  if (issue) throw new Problem('validation_failed', issue.message, { issues: [issue] })
  const store = artefactStoreName()
  const key = await beginUpload(actor, target, store)
  try {
    const inspection = inspect(target.name, chunks)
    try {
      await artefactStore(store).write(key, inspection.chunks)
    } catch (error) {
      throw inspection.failure() ?? storeProblem(error)
    }
    const facts = inspection.facts()
    if (expectedSha256 !== null && expectedSha256 !== facts.sha256) {
      throw new Problem(
        'validation_failed',
        `Other bytes arrived than were promised: sha256 ${facts.sha256}.`,
        {
          issues: [{ path: 'digest', message: 'Does not match the body' }],
        },
      )
    }
    const finished = await finishUpload(actor, key, facts)
    if (finished.key !== key) await discardArtefact({ key, store })
    return uploadSchema.parse(finished)
  } catch (error) {
    await abandonUpload(actor, key)
      .then(() => discardArtefact({ key, store }))
      .catch((cause: unknown) =>
        log.warn({ err: cause, key }, 'an abandoned upload is left to the collector'),
      )
    throw error
  }
}

function faultOf({ version, name }: UploadTarget): { path: string; message: string } | null {
  const checked = checkArtefactName(name)
  if (!checked.ok) return { path: 'file', message: checked.message }
  if (!parseVersion(version))
    return { path: 'version', message: `"${version}" is no version: write it as 1.2.3.` }
  return null
}

/** Passes the bytes on unchanged and learns what they are. Its own refusals survive whatever the store makes of them. */
function inspect(name: string, chunks: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let [sizeBytes, mediaType] = [0, '']
  let failure: unknown

  async function* pass() {
    let head = Buffer.alloc(0)
    for await (const chunk of chunks) {
      hash.update(chunk)
      sizeBytes += chunk.byteLength
      if (mediaType !== '') {
        yield chunk
        continue
      }
      head = Buffer.concat([head, chunk])
      if (head.byteLength < ARTEFACT_HEAD_BYTES) continue
      mediaType = requireArchive(name, head)
      yield head
    }
    if (sizeBytes === 0) throw new Problem('validation_failed', 'The file is empty.')
    if (mediaType !== '') return
    mediaType = requireArchive(name, head)
    yield head
  }
  async function* watched() {
    try {
      yield* pass()
    } catch (error) {
      failure = error
      throw error
    }
  }
  return {
    chunks: watched(),
    failure: () => failure,
    facts: () => ({ sha256: hash.digest('hex'), sizeBytes, mediaType }),
  }
}

function requireArchive(name: string, head: Uint8Array): string {
  const checked = checkArtefactHead(name, head)
  if (checked.ok) return checked.mediaType
  throw new Problem('unsupported_media_type', checked.message, { headers: { connection: 'close' } })
}

function storeProblem(error: unknown): unknown {
  if (error instanceof Problem) return error
  return new Problem('upstream_failed', 'The file could not be stored. Please try again.', { cause: error })
}
