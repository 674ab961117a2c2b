import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readStock } from './data.ts'
import type { Stock } from './schemas.ts'

/** How many of a package are sold at most, and how many are; without a limit both are null. */
export async function getStock(actor: SignedInActor, handle: string): Promise<Stock> {
  return (await readStock(actor, handle)) ?? { handle, seats: null, sold: null }
}
