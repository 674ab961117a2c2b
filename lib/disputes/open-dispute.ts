import 'server-only'
import { withoutOffice } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { insertDispute } from './data.ts'
import type { Dispute, OpenDisputeInput } from './schemas.ts'

/**
 * Disputes an order of the caller. What they did with the package is attached by itself.
 * @throws Problem `not_found`, `forbidden` to the seller, `conflict` when it was free, is over or was disputed before.
 */
export async function openDispute(
  actor: SignedInActor,
  id: string,
  input: OpenDisputeInput,
): Promise<Dispute> {
  return await insertDispute(withoutOffice(actor), id, input)
}
