/** Pure decisions of moderation: who may moderate, and what can be done with what. Client-safe. */
import type { Actor, SignedInActor } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import type { DecisionAction, PackageDossier, StoreDossier } from './schemas.ts'

export function requireModerator(actor: Actor): SignedInActor {
  if (actor.kind === 'anonymous') throw new Problem('unauthenticated', 'Sign in first.')
  if (actor.appRole !== 'operator') throw new Problem('forbidden', 'Only operators may do this.')
  return actor
}

/** What an operator can do with something of this status, the likeliest first. The database has the last word. */
export function actionsOn(status: PackageDossier['status'] | StoreDossier['status']): DecisionAction[] {
  switch (status) {
    case 'pending':
      return ['approve', 'reject', 'quarantine']
    case 'approved':
      return ['quarantine']
    case 'rejected':
      return ['approve', 'quarantine']
    case 'quarantined':
    case 'suspended':
      return ['release']
  }
}
