import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { hasStripe } from '#lib/platform/stripe'
import { selectMoneyDesk } from './data.ts'
import type { MoneyDesk } from './schemas.ts'

/** Where all money stands and what of it needs a person. @throws Problem `forbidden` to all but operators. */
export async function getMoneyDesk(actor: SignedInActor): Promise<MoneyDesk> {
  const desk = await selectMoneyDesk(actor)
  return { ...desk, reconciliation: { ...desk.reconciliation, isAvailable: hasStripe() } }
}
