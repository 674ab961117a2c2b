import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { selectOwnNamespaces } from './data.ts'
import { requirePerson } from './rules.ts'

/** The namespaces to which the caller may limit a token. */
export async function listOwnNamespaces(actor: Actor): Promise<string[]> {
  return await selectOwnNamespaces(requirePerson(actor))
}
