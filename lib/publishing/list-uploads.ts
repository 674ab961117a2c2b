import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readUploads } from './data.ts'
import type { Upload } from './schemas.ts'
import { requireNamespace } from './token-reach.ts'

/** What the caller has uploaded for a version that is still to be published, by name. */
export async function listUploads(actor: SignedInActor, handle: string, version: string): Promise<Upload[]> {
  requireNamespace(actor, handle)
  return await readUploads(actor, handle, version)
}
