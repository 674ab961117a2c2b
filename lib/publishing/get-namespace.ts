import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { requirePerson } from '#lib/identity/rules'
import { selectNamespacePage } from './namespace-data.ts'
import type { NamespacePage } from './schemas.ts'

/** Members and open offers. @throws Problem `not_found` for who does not look after it, whether or not there is one. */
export async function getNamespace(actor: Actor, name: string): Promise<NamespacePage> {
  const page = await selectNamespacePage(requirePerson(actor), name)
  if (page === null) throw new Problem('not_found', `There is no namespace ${name} of yours.`)
  return page
}
