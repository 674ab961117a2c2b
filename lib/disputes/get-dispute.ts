import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { selectDispute } from './data.ts'
import type { Dispute } from './schemas.ts'

/** A dispute as the caller's side sees it, or `null` where there is none that they may know of. */
export async function findDispute(actor: SignedInActor, id: string): Promise<Dispute | null> {
  return await selectDispute(actor, id)
}

/** @throws Problem `not_found`, also to anybody whom it does not concern. */
export async function getDispute(actor: SignedInActor, id: string): Promise<Dispute> {
  const dispute = await selectDispute(actor, id)
  if (!dispute) throw new Problem('not_found', 'There is no dispute about this order.')
  return dispute
}
