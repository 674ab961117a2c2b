import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { writeUnitPrices } from './data.ts'
import type { UnitPrices, UnitPricesInput } from './schemas.ts'

/** Sets the whole list, for usage reported from now on. @throws Problem `not_found` to all but seller and operators. */
export async function setUnitPrices(
  actor: SignedInActor,
  handle: string,
  { items }: UnitPricesInput,
): Promise<UnitPrices> {
  return { items: await writeUnitPrices(actor, handle, items) }
}
