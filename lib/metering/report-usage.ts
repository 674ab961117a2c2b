import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { insertUsage } from './data.ts'
import type { UsageOutcomes, UsageReport } from './schemas.ts'

/** Takes usage events of the caller's packages, each with an outcome of its own; an event counts once by its id. */
export async function reportUsage(actor: SignedInActor, { events }: UsageReport): Promise<UsageOutcomes> {
  return { items: await insertUsage(actor, events, actor.kind === 'token' ? actor.namespaces : null) }
}
