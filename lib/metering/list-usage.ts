import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { readUsage } from './data.ts'
import type { Usage, UsageFilter } from './schemas.ts'

/** By hour and capability: what the caller used, or what was used of packages of their store. */
export async function listUsage(
  actor: SignedInActor,
  side: 'buyer' | 'seller',
  filter: UsageFilter,
): Promise<Usage> {
  return { items: await readUsage(actor, side, filter) }
}
