/** What follows from the state of what the service leans on. Pure. */
import type { Readiness } from './schemas.ts'

type Dependencies = Readiness['dependencies']

/** Views are refreshed every five minutes; three missed turns are no accident. */
const STALE_AFTER_SECONDS = 15 * 60

export function viewsOf(refreshedAt: string | null, now: Date): Dependencies['views'] {
  if (refreshedAt === null) return { state: 'unknown', refreshedAt: null, ageSeconds: null }
  const refreshed = new Date(refreshedAt)
  const ageSeconds = Math.max(0, Math.round((now.getTime() - refreshed.getTime()) / 1000))
  const state = ageSeconds > STALE_AFTER_SECONDS ? 'stale' : 'fresh'
  return { state, refreshedAt: refreshed.toISOString(), ageSeconds }
}

/** Without the database nothing can be served; without the rest, something can. */
export function readinessStatus({
  database,
  auth,
  stripe,
  limits,
  views,
}: Dependencies): Readiness['status'] {
  if (database.state === 'down') return 'unavailable'
  const isLacking = [auth, stripe, limits].some(({ state }) => state === 'down') || views.state === 'stale'
  return isLacking ? 'degraded' : 'ready'
}
