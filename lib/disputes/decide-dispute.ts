import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { countSalesSoon } from '#lib/commerce/count-sales'
import { decide } from './data.ts'
import type { Dispute, Verdict } from './schemas.ts'

/**
 * Gives the buyer their money back or lets the sale stand, as an operator and for good.
 * @throws Problem `not_found`, `forbidden` to whoever is a side of it, `conflict` once it is decided.
 */
export async function decideDispute(actor: SignedInActor, id: string, verdict: Verdict): Promise<Dispute> {
  const dispute = await decide(actor, id, verdict)
  if (verdict.outcome === 'refunded') countSalesSoon(dispute.handle)
  return dispute
}
