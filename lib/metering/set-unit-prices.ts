import 'server-only'
import { packageTag } from '#lib/http/public-pages'
import { asSeller } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { purge } from '#lib/platform/cache-purge'
import { writeUnitPrices } from './data.ts'
import type { UnitPrices, UnitPricesInput } from './schemas.ts'

/**
 * Sets the whole list, for usage reported from now on.
 * @throws Problem `not_found` to all but owners and operators; to tokens `insufficient_scope`, `namespace_not_owned`.
 */
export async function setUnitPrices(
  actor: SignedInActor,
  handle: string,
  { items }: UnitPricesInput,
): Promise<UnitPrices> {
  const written = await writeUnitPrices(asSeller(actor, handle), handle, items)
  purge([packageTag(handle)])
  return { items: written }
}
