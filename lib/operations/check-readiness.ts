/** Answers whether the service can do its work. Asks everything it leans on at once and waits for none too long. */
import 'server-only'
import { setTimeout as sleep } from 'node:timers/promises'
import { limitStoreState } from '#lib/http/rate-limiter-settings'
import { probeAuth } from '#lib/platform/auth-probe'
import { processWide } from '#lib/platform/process-wide'
import { stripeState } from '#lib/platform/stripe'
import { version } from '#lib/platform/version'
import { readDatabaseHealth } from './data.ts'
import { readinessStatus, viewsOf } from './rules.ts'
import type { Readiness } from './schemas.ts'

const TIMEOUT_MS = 1_000
/** Whoever asks more often gets the same answer: nobody can make the service ask for ever. */
const MEMORY_MS = 1_000

interface Probed {
  at: number
  dependencies: Promise<Readiness['dependencies']>
}

const memory = processWide<{ last: Probed | null }>('readiness', () => ({ last: null }))

/** @param isDraining the process is about to stop, whatever the rest is like */
export async function checkReadiness(
  isDraining: boolean,
  nowMs: () => number = () => performance.now(),
): Promise<Readiness> {
  const { last } = memory
  const isRecent = last !== null && nowMs() - last.at < MEMORY_MS
  const { dependencies: probed } = isRecent ? last : (memory.last = { at: nowMs(), dependencies: probe() })
  const dependencies = await probed
  return {
    status: isDraining ? 'draining' : readinessStatus(dependencies),
    version,
    uptimeSeconds: Math.floor(process.uptime()),
    dependencies,
  }
}

async function probe(): Promise<Readiness['dependencies']> {
  const [database, auth] = await Promise.all([
    measured(readDatabaseHealth),
    measured(() => probeAuth(TIMEOUT_MS)),
  ])
  return {
    database: { state: database.state, latencyMs: database.latencyMs },
    auth: { state: auth.state, latencyMs: auth.latencyMs },
    stripe: stripeState(),
    limits: limitStoreState() ?? { state: 'own' as const, latencyMs: null, instances: 1 },
    views: viewsOf(database.value?.viewsRefreshedAt ?? null, new Date()),
  }
}

interface Measured<T> {
  state: 'up' | 'down'
  latencyMs: number | null
  value: T | null
}

async function measured<T>(ask: () => Promise<T>): Promise<Measured<T>> {
  const startedAt = performance.now()
  const overtime = new AbortController()
  try {
    const value = await Promise.race([
      ask(),
      sleep(TIMEOUT_MS, undefined, { signal: overtime.signal }).then(() => {
        throw new Error(`No answer within ${TIMEOUT_MS} ms`)
      }),
    ])
    return { state: 'up', latencyMs: Math.round((performance.now() - startedAt) * 10) / 10, value }
  } catch {
    return { state: 'down', latencyMs: null, value: null }
  } finally {
    overtime.abort()
  }
}
