import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readSellerOverview } from './data.ts'
import type { SellerOverview } from './schemas.ts'

/** The caller's store (`null` before they opened one), and the namespaces and packages that they look after, in whatever state. */
export async function getSellerOverview(actor: SignedInActor): Promise<SellerOverview> {
  return await readSellerOverview(actor)
}
