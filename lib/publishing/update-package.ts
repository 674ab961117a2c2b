import 'server-only'
import { forgetPackage, forgetPackageEverywhere } from '#lib/catalog/manifest-cache'
import { asSeller } from '#lib/identity/token-reach'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import type { PackageDetail } from '#lib/catalog/schemas'
import { changePackage } from './data.ts'
import type { UpdatePackageInput } from './schemas.ts'

/**
 * Changes price, category or visibility of a package the caller owns.
 * @throws Problem `not_found` when there is none, or it is another seller's; to tokens `insufficient_scope`,
 *   `namespace_not_owned`.
 */
export async function updatePackage(
  actor: Actor,
  handle: string,
  changes: UpdatePackageInput,
): Promise<PackageDetail> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to change a package.')
  const changed = await changePackage(asSeller(actor, handle), handle, changes)
  const isSeenElsewhere = changes.price !== undefined || changes.isAvailable !== undefined
  if (isSeenElsewhere) forgetPackageEverywhere(handle)
  else forgetPackage(handle)
  return changed
}
