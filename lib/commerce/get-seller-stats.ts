import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { requireOwnStore } from './own-store.ts'
import type { SellerStats } from './schemas.ts'
import { readSellerStats } from './stats-data.ts'

/**
 * Where the money of the caller's store stands, and what it earned on each of the last days.
 * @throws Problem `store_required`
 */
export async function getSellerStats(actor: SignedInActor, days: number): Promise<SellerStats> {
  return await readSellerStats(actor, await requireOwnStore(actor), days)
}
