import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { removeUpload, type UploadTarget } from './data.ts'
import { requireNamespace } from './token-reach.ts'

/** @throws Problem `not_found` when the caller has no such upload; a published file is nobody's to delete. */
export async function deleteUpload(actor: SignedInActor, target: UploadTarget): Promise<void> {
  requireNamespace(actor, target.handle)
  const isRemoved = await removeUpload(actor, target)
  if (!isRemoved) throw new Problem('not_found', `There is no upload "${target.name}" of yours.`)
}
