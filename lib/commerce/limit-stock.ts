import 'server-only'
import { asSeller } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { packageTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { setStock } from './data.ts'
import type { Stock } from './schemas.ts'

/**
 * Limits how many of a package are sold; seats that are taken stay taken.
 * @throws Problem `not_found`, also for somebody else's package; to tokens `insufficient_scope`, `namespace_not_owned`.
 */
export async function limitStock(actor: SignedInActor, handle: string, seats: number | null): Promise<Stock> {
  const stock = await setStock(asSeller(actor, handle), handle, seats)
  purge([packageTag(handle)])
  return stock
}
