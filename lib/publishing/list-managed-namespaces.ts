import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { requirePerson } from '#lib/identity/rules'
import { selectManagedNamespaces } from './namespace-data.ts'
import type { OwnNamespaces } from './schemas.ts'

/** The namespaces that the caller looks after, and what is offered to them. */
export async function listManagedNamespaces(actor: Actor): Promise<OwnNamespaces> {
  return await selectManagedNamespaces(requirePerson(actor))
}
