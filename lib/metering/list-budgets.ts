import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readBudgets } from './data.ts'
import type { BudgetList } from './schemas.ts'

/** The caller's own budgets, or those granted to packages of their store. */
export async function listBudgets(actor: SignedInActor, side: 'buyer' | 'seller'): Promise<BudgetList> {
  return { items: await readBudgets(actor, side) }
}
