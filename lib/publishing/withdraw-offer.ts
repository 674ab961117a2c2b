import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { requirePersonToWrite } from '#lib/identity/rules'
import { updateOfferWithdrawn } from './namespace-data.ts'

/** Takes back an offer that nobody has answered. Only for owners of the namespace. */
export async function withdrawOffer(actor: Actor, name: string, offerId: string): Promise<void> {
  await updateOfferWithdrawn(requirePersonToWrite(actor), name, offerId)
}
