import 'server-only'
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'

/**
 * Who may retire what `handle` published, as far as it does not take the database: somebody, and a token only with the
 * scope `yank` in its own namespaces. Whose the package is, the SQL functions decide.
 * @throws Problem `unauthenticated`, `insufficient_scope`, `namespace_not_owned`
 */
export function requireRetiringRight(actor: Actor, handle: string): SignedInActor {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in or send an API token.')
  if (actor.kind === 'user') return actor
  if (!actor.scopes.includes('yank')) {
    throw new Problem('insufficient_scope', 'This needs an API token with the scope yank.')
  }
  const [namespace = ''] = handle.split('/')
  if (actor.namespaces !== null && !actor.namespaces.includes(namespace)) {
    throw new Problem('namespace_not_owned', `This token may not change the namespace "${namespace}".`)
  }
  return actor
}
