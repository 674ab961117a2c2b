import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { artefactStore } from '#lib/platform/artefact-store'
import { selectFile, type StoredFile } from './data.ts'

export type OpenedFile = Pick<StoredFile, 'name' | 'mediaType' | 'sizeBytes' | 'sha256'> & {
  read: (range: { start: number; end: number }) => AsyncIterable<Uint8Array>
}

/** A file of a dispute, for both sides and operators. @throws Problem `not_found`, also to anybody else. */
export async function readFile(actor: SignedInActor, id: string, fileId: string): Promise<OpenedFile> {
  const file = await selectFile(actor, id, fileId)
  if (!file) throw new Problem('not_found', 'There is no such file.')
  const { name, mediaType, sizeBytes, sha256, store, key } = file
  return { name, mediaType, sizeBytes, sha256, read: (range) => artefactStore(store).read(key, range) }
}
