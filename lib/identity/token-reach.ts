/** Owns how far an API token reaches when it trades: by scope, and as a seller only in its namespaces. */
import 'server-only'
import type { SignedInActor, TokenScope } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'

/** @throws Problem `insufficient_scope` for a token without the scope. */
export function requireScope(actor: SignedInActor, scope: TokenScope): void {
  if (actor.kind === 'token' && !actor.scopes.includes(scope)) {
    throw new Problem('insufficient_scope', `This needs an API token with the scope ${scope}.`)
  }
}

/** Whether a caller may act in the namespace of `handle`, as far as their token goes. */
export function reaches(actor: SignedInActor, handle: string): boolean {
  const [namespace = ''] = handle.split('/')
  return actor.kind === 'user' || actor.namespaces === null || actor.namespaces.includes(namespace)
}

/** To which namespaces a caller is limited as a seller; null: to none. */
export function sellingNamespaces(actor: SignedInActor): readonly string[] | null {
  return actor.kind === 'token' ? actor.namespaces : null
}

/** The caller without their office: by a token somebody trades for themselves, never as an operator. */
export function withoutOffice<A extends SignedInActor>(actor: A): A {
  return actor.kind === 'token' ? { ...actor, appRole: null } : actor
}

/**
 * Who sells `handle`, as far as it does not take the database: a token only with the scope `sell`, in its namespaces.
 * @throws Problem `insufficient_scope`, `namespace_not_owned`
 */
export function asSeller(actor: SignedInActor, handle: string): SignedInActor {
  requireScope(actor, 'sell')
  if (reaches(actor, handle)) return withoutOffice(actor)
  throw new Problem('namespace_not_owned', `This token may not sell ${handle}.`)
}
