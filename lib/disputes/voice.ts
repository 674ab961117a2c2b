/** Owns as whom a caller takes part in a dispute: a person as they are, an API token by its scopes and namespaces. */
import 'server-only'
import { reaches, requireScope, withoutOffice } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { selectDispute } from './data.ts'

/**
 * The caller as one of the two sides. A token speaks for a buyer with `purchase` and for a seller with `sell` in its
 * namespaces; it never speaks as an operator.
 * @throws Problem `not_found`, `insufficient_scope`
 */
export async function voiceOf(actor: SignedInActor, id: string): Promise<SignedInActor> {
  if (actor.kind === 'user') return actor
  const party = withoutOffice(actor)
  const dispute = await selectDispute(party, id)
  if (!dispute || (dispute.side === 'seller' && !reaches(party, dispute.handle))) {
    throw new Problem('not_found', 'There is no dispute about this order.')
  }
  requireScope(party, dispute.side === 'buyer' ? 'purchase' : 'sell')
  return party
}
