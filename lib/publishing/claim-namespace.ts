import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { insertNamespace } from './data.ts'
import type { Namespace } from './schemas.ts'

/**
 * Claims a free namespace for the caller's store; `name` has passed `claimableNameSchema`.
 * @throws Problem `store_required` without a store, `name_taken` when it is claimed, whoever asks.
 */
export async function claimNamespace(actor: Actor, name: string): Promise<Namespace> {
  if (actor.kind !== 'user') throw new Problem('forbidden', 'Only a signed-in person claims a namespace.')
  return await insertNamespace(actor, name)
}
