import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { LISTING_TAG, storeTag } from '#lib/http/public-pages'
import { purge } from '#lib/platform/cache-purge'
import { env } from '#lib/platform/env'
import { insertStore } from './data.ts'
import type { OpenStoreInput, Store } from './schemas.ts'

/**
 * Opens the caller's one store. Under `PACKAGE_APPROVAL=manual` it waits for the operator.
 * @throws Problem `store_exists` when they have one, `name_taken` when the address is somebody's.
 */
export async function openStore(actor: Actor, input: OpenStoreInput): Promise<Store> {
  if (actor.kind !== 'user') throw new Problem('forbidden', 'Only a signed-in person opens a store.')
  const store = await insertStore(actor, input, env().PACKAGE_APPROVAL)
  purge([storeTag(input.slug), LISTING_TAG])
  return store
}
