import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { requirePersonToWrite } from '#lib/identity/rules'
import { insertOffer } from './namespace-data.ts'
import type { OfferInput } from './schemas.ts'

/**
 * Invites a member or offers the namespace to another store; nothing changes before they accept. For an address the
 * answer is the same whether or not somebody has it.
 */
export async function offerNamespace(actor: Actor, name: string, offer: OfferInput): Promise<{ id: string }> {
  return await insertOffer(requirePersonToWrite(actor), name, offer)
}
