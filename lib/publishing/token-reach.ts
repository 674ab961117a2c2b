/** Owns how far an API token reaches when it publishes: some are limited to namespaces. */
import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'

/** @throws Problem `unauthenticated` for nobody, `namespace_not_owned` for a token of other namespaces. */
export function requireNamespace(actor: Actor, handle: string): void {
  if (actor.kind === 'anonymous') {
    throw new Problem('unauthenticated', 'Sign in or send an API token to publish.')
  }
  const [namespace = ''] = handle.split('/')
  if (actor.kind === 'token' && actor.namespaces !== null && !actor.namespaces.includes(namespace)) {
    throw new Problem('namespace_not_owned', `This token may not publish under the namespace "${namespace}".`)
  }
}
