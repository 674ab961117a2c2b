import 'server-only'
import { forgetPackage } from '#lib/catalog/manifest-cache'
import { storeTag } from '#lib/http/public-pages'
import { requirePersonToWrite } from '#lib/identity/rules'
import type { Actor } from '#lib/kernel/actor'
import { purge } from '#lib/platform/cache-purge'
import { updateOffer } from './namespace-data.ts'

/**
 * Accepts or declines. Whoever takes a namespace over has it alone: its members leave and its open offers are withdrawn.
 * @throws Problem `not_found` for an offer to somebody else, or one that was answered, withdrawn or has expired;
 *   `store_suspended` while the store that gives it away is closed, or one's own is not open.
 */
export async function answerOffer(
  actor: Actor,
  offerId: string,
  accepts: boolean,
): Promise<{ name: string; accepted: boolean }> {
  const { name, accepted, moved } = await updateOffer(requirePersonToWrite(actor), offerId, accepts)
  if (moved) {
    for (const handle of moved.handles) forgetPackage(handle)
    purge([storeTag(moved.from), storeTag(moved.to)])
  }
  return { name, accepted }
}
