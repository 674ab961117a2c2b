import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { requirePersonToWrite } from '#lib/identity/rules'
import { updateOffer } from './namespace-data.ts'

/** @throws Problem `not_found` for an offer to somebody else, or one that was answered, withdrawn or has expired. */
export async function answerOffer(
  actor: Actor,
  offerId: string,
  accepts: boolean,
): Promise<{ name: string; accepted: boolean }> {
  return await updateOffer(requirePersonToWrite(actor), offerId, accepts)
}
