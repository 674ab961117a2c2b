import 'server-only'
import { withoutOffice } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { withdraw } from './data.ts'
import type { Dispute } from './schemas.ts'

/**
 * Lets the sale stand after all. It cannot be disputed again.
 * @throws Problem `not_found`, `forbidden` to all but the buyer, `conflict` once it is decided.
 */
export async function withdrawDispute(actor: SignedInActor, id: string): Promise<Dispute> {
  return await withdraw(withoutOffice(actor), id)
}
