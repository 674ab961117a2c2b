import 'server-only'
import { type Actor, anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'

/** What somebody may see, and whether it is what everybody gets. */
export interface Found<T> {
  found: T
  isPublic: boolean
}

/**
 * As whom a package that the public may not see is read. A token sees more than the public does only with the scope
 * for it, and only in its own namespaces; elsewhere it is nobody.
 * @throws Problem `insufficient_scope`
 */
export function readerOf(actor: Actor, handle: string): Actor {
  if (actor.kind !== 'token') return actor
  if (!actor.scopes.includes('read'))
    throw new Problem('insufficient_scope', 'This token may not read packages.')
  const [namespace = ''] = handle.split('/')
  return actor.namespaces === null || actor.namespaces.includes(namespace) ? actor : anonymous
}
