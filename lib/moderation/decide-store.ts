import 'server-only'
import { forgetAllPackages } from '#lib/catalog/manifest-cache'
import type { Actor } from '#lib/kernel/actor'
import { updateStoreStatus } from './data.ts'
import { requireModerator } from './rules.ts'
import type { DecisionAction, ModeratedStore } from './schemas.ts'

/**
 * Approves, rejects, quarantines (its status is then `suspended`) or releases a store. Everything in it is on the shelf
 * only while it is approved.
 * @throws Problem `not_found`; `conflict` when its status does not allow that.
 */
export async function decideStore(
  actor: Actor,
  slug: string,
  action: DecisionAction,
  reason: string,
): Promise<ModeratedStore> {
  const decided = await updateStoreStatus(requireModerator(actor), slug, action, reason)
  forgetAllPackages()
  return decided
}
