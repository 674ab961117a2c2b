import 'server-only'
import { sellingNamespaces } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { readBudgets } from './data.ts'
import type { BudgetList } from './schemas.ts'

/** The caller's own budgets, or those granted to what they sell; a token limited to namespaces sees those alone. */
export async function listBudgets(actor: SignedInActor, side: 'buyer' | 'seller'): Promise<BudgetList> {
  return { items: await readBudgets(actor, side, side === 'seller' ? sellingNamespaces(actor) : null) }
}
