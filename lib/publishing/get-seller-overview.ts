import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readSellerOverview } from './data.ts'
import type { SellerOverview } from './schemas.ts'

/** The caller's store, namespaces and packages in whatever state; `store: null` before they opened one. */
export async function getSellerOverview(actor: SignedInActor): Promise<SellerOverview> {
  return await readSellerOverview(actor)
}
