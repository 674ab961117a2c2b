import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { closeBudget } from './data.ts'
import type { Budget } from './schemas.ts'

/** Charges what was used and gives the rest back. @throws Problem `not_found` without an open budget. */
export async function revokeBudget(actor: SignedInActor, handle: string): Promise<Budget> {
  return await closeBudget(actor, handle)
}
