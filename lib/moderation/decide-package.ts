import 'server-only'
import { forgetPackageEverywhere } from '#lib/catalog/manifest-cache'
import type { Actor } from '#lib/kernel/actor'
import { updatePackageStatus } from './data.ts'
import { requireModerator } from './rules.ts'
import { type DecisionAction, type ModeratedPackage, moderatedPackageSchema } from './schemas.ts'

/**
 * Approves, rejects, quarantines or releases a package. What is not on the shelf any more is gone from every list at
 * once, and the seller is told with the reason. Deciding what already stands changes nothing.
 * @throws Problem `not_found`; `conflict` when its status does not allow that.
 */
export async function decidePackage(
  actor: Actor,
  handle: string,
  action: DecisionAction,
  reason: string,
): Promise<ModeratedPackage> {
  const decided = await updatePackageStatus(requireModerator(actor), handle, action, reason)
  forgetPackageEverywhere(handle)
  return moderatedPackageSchema.parse(decided)
}
