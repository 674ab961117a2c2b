import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { log } from '#lib/platform/log'
import { hasStripe } from '#lib/platform/stripe'
import { selectTopUp } from './data.ts'
import type { TopUp } from './schemas.ts'
import { syncCheckout } from './sync-checkout.ts'

/** Somebody who waits for their money asks again and again; Stripe is asked no more often than this. */
const ASK_AFTER_SECONDS = 3

/**
 * One of the caller's top-ups. While it is open Stripe is asked, so that a lost webhook is healed by the person who
 * comes back from paying. @throws Problem `not_found` for anybody else's.
 */
export async function getTopUp(actor: Actor, id: string): Promise<TopUp> {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in to see your wallet.')
  const own = await selectTopUp(actor, id)
  if (!own) throw new Problem('not_found', 'There is no such top-up.')
  const { topUp, sessionId, age } = own
  if (topUp.status !== 'open' || sessionId === null || age < ASK_AFTER_SECONDS || !hasStripe()) return topUp
  try {
    return await syncCheckout(id, sessionId)
  } catch (error) {
    // The webhook or the next look will bring it; what we know is still true.
    log.warn({ err: error, topUp: id }, 'Stripe could not be asked about a top-up')
    return topUp
  }
}
