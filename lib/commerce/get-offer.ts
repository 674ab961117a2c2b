import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readOffer } from './data.ts'
import type { Offer } from './schemas.ts'

/**
 * What buying a package would mean for the caller, who may be nobody in particular.
 * @throws Problem `not_found`, also for what the caller may not know.
 */
export async function getOffer(actor: Actor, handle: string): Promise<Offer> {
  const offer = await readOffer(actor, handle)
  if (!offer) throw new Problem('not_found', `There is no package ${handle}.`)
  return offer
}
