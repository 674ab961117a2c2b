/** Owns the scheduled refresh of the marketplace's materialized views, one refresher at a time. */
import type { Database } from '../_shared/database.ts'
import { defineFunction, type Report } from '../_shared/define-function.ts'

/** A gateway waits 60 s; the answer, even a late one, must come before it gives up. */
const REFRESH_TIMEOUT_MS = 50_000

export interface RefreshViewsOptions {
  database: Database
  secretKeys: readonly string[]
  timeoutMs?: number
  report?: Report
}

/** 200 `{refreshed, durationMs}`; `refreshed: false` with a `reason` when another refresh is running already. */
export function createRefreshViews(options: RefreshViewsOptions): (request: Request) => Promise<Response> {
  const { database, secretKeys, timeoutMs = REFRESH_TIMEOUT_MS, report } = options
  return defineFunction({
    method: 'POST',
    secretKeys,
    report,
    async run() {
      const outcome = await database.call('refresh_marketplace_views', timeoutMs)
      if (!isOutcome(outcome)) throw new Error('refresh_marketplace_views answered something else')
      const { refreshed, durationMs = 0, reason } = outcome
      return Response.json(refreshed ? { refreshed, durationMs } : { refreshed, durationMs, reason })
    },
  })
}

interface Outcome {
  refreshed: boolean
  durationMs?: number
  reason?: string
}

function isOutcome(value: unknown): value is Outcome {
  return (
    typeof value === 'object' &&
    value !== null &&
    'refreshed' in value &&
    typeof value.refreshed === 'boolean'
  )
}
