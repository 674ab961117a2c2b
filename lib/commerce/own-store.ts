import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { readOwnStoreId } from './data.ts'

/** @throws Problem `store_required` */
export async function requireOwnStore(actor: SignedInActor): Promise<string> {
  const storeId = await readOwnStoreId(actor)
  if (storeId === null) throw new Problem('store_required', 'Open a store first.')
  return storeId
}
