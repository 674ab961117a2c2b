import 'server-only'
import { sellingNamespaces } from '#lib/identity/token-reach'
import type { SignedInActor } from '#lib/kernel/actor'
import { readUsage } from './data.ts'
import type { Usage, UsageFilter } from './schemas.ts'

/**
 * By hour or day and capability: what the caller used, or what was used of what they sell; a token limited to namespaces
 * sees those alone.
 */
export async function listUsage(
  actor: SignedInActor,
  side: 'buyer' | 'seller',
  filter: UsageFilter,
): Promise<Usage> {
  return { items: await readUsage(actor, side, filter, side === 'seller' ? sellingNamespaces(actor) : null) }
}
