import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { writeBudget } from './data.ts'
import type { Budget, BudgetInput } from './schemas.ts'

const DAY_MS = 86_400_000

/**
 * Grants or changes the caller's budget for a package and sets it aside in their wallet.
 * @throws Problem `not_found`, `own_package`, `payment_required`, `conflict` below what was used or without unit prices.
 */
export async function setBudget(actor: SignedInActor, handle: string, input: BudgetInput): Promise<Budget> {
  const expiresAt = new Date(Date.now() + input.expiresInDays * DAY_MS)
  return await writeBudget(actor, handle, input.limit.amount, expiresAt)
}
