import 'server-only'
import { forgetPackageEverywhere } from '#lib/catalog/manifest-cache'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { removeVersion } from './data.ts'
import type { VersionTombstone } from './schemas.ts'

/**
 * Deletes a version and its bytes, for what must not be kept. Its number stays, with the reason, and is never used
 * again. Operators only, in person.
 * @throws Problem `forbidden`, `not_found`
 */
export async function deleteVersion(
  actor: Actor,
  handle: string,
  version: string,
  reason: string,
): Promise<VersionTombstone> {
  if (actor.kind !== 'user' || actor.appRole !== 'operator') {
    throw new Problem('forbidden', 'Only an operator deletes versions; yank it instead.')
  }
  const tombstone = await removeVersion(actor, handle, version, reason)
  forgetPackageEverywhere(handle)
  return tombstone
}
