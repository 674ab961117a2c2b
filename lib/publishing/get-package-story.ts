import 'server-only'
import type { SignedInActor } from '#lib/kernel/actor'
import { selectPackageDecisions, selectSellerDays } from './seller-data.ts'
import type { DayCounts, SellerDecision } from './schemas.ts'

const DAYS_SHOWN = 30

/** What operators decided about a package of the caller's, and how it did day by day. */
export async function getPackageStory(
  actor: SignedInActor,
  handle: string,
): Promise<{ decisions: SellerDecision[]; days: DayCounts[] }> {
  const [decisions, days] = await Promise.all([
    selectPackageDecisions(actor, handle),
    selectSellerDays(actor, handle, DAYS_SHOWN),
  ])
  return { decisions, days }
}

/** How everything of the caller's did, day by day, oldest first. */
export async function getStoreDays(actor: SignedInActor): Promise<DayCounts[]> {
  return await selectSellerDays(actor, null, DAYS_SHOWN)
}
