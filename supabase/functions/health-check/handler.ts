/** Owns the health report that monitors poll: whether the database answers, how fast, and how fresh its views are. */
import type { Database } from '../_shared/database.ts'
import { defineFunction, type Report } from '../_shared/define-function.ts'

const DATABASE_TIMEOUT_MS = 2_000

export interface HealthCheckOptions {
  database: Database
  secretKeys: readonly string[]
  version: string
  timeoutMs?: number
  report?: Report
}

/** Latency is null when the database did not answer; `viewsRefreshedAt` is null also before the first refresh. */
export interface HealthReport {
  status: 'healthy' | 'degraded'
  db: { connected: boolean; latencyMs: number | null }
  timestamp: string
  version: string
  viewsRefreshedAt: string | null
}

/** 200 while the database answers within two seconds, 503 otherwise; the report comes with both. */
export function createHealthCheck(options: HealthCheckOptions): (request: Request) => Promise<Response> {
  const { database, secretKeys, version, timeoutMs = DATABASE_TIMEOUT_MS, report } = options
  return defineFunction({
    method: 'GET',
    secretKeys,
    report,
    async run(request, note) {
      const startedAt = performance.now()
      const health = await readHealth(database, timeoutMs).catch((failure: unknown) => {
        note(failure)
        return null
      })
      const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10
      const body: HealthReport = {
        status: health ? 'healthy' : 'degraded',
        db: { connected: Boolean(health), latencyMs: health ? latencyMs : null },
        timestamp: new Date().toISOString(),
        version,
        viewsRefreshedAt: health ? isoTime(health.viewsRefreshedAt) : null,
      }
      const response = Response.json(body, { status: health ? 200 : 503 })
      return request.method === 'HEAD' ? new Response(null, response) : response
    },
  })
}

interface DatabaseHealth {
  viewsRefreshedAt: string | null
}

async function readHealth(database: Database, timeoutMs: number): Promise<DatabaseHealth> {
  const health = await database.call('database_health', timeoutMs)
  if (!isDatabaseHealth(health)) throw new Error('database_health answered something else')
  return health
}

function isDatabaseHealth(value: unknown): value is DatabaseHealth {
  return typeof value === 'object' && value !== null && 'viewsRefreshedAt' in value
}

/** Postgres prints the offset of its session; everybody else gets UTC. */
function isoTime(text: string | null): string | null {
  return text === null ? null : new Date(text).toISOString()
}
