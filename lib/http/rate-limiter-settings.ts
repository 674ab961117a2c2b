/** Owns the wiring of limits to the real settings: one count in a process, whoever serves HTTP in it. */
import 'server-only'
import { env } from '#lib/platform/env'
import { log } from '#lib/platform/log'
import { processWide } from '#lib/platform/process-wide'
import { openRedis } from '#lib/platform/redis'
import { trustedProxies } from './client-address.ts'
import { knownCaller } from './known-caller.ts'
import { countHere, SharedLimits, STORE_DEADLINE_MS, type StoreState } from './limit-window.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'
import { SharedWindow } from './shared-window.ts'

/** `null` where limits are switched off. */
export function rateLimiter(): RateLimiter | null {
  const { RATE_LIMITS, RATE_LIMIT_SCALE, TRUSTED_PROXIES, TRUSTED_PROXY_HEADER } = env()
  if (RATE_LIMITS === 'off') return null
  return processWide('rate-limiter', () =>
    createRateLimiter({
      window: sharedLimits() ?? countHere(),
      proxies: { isTrusted: trustedProxies(TRUSTED_PROXIES), header: TRUSTED_PROXY_HEADER },
      knownCaller: knownCaller(),
      scale: RATE_LIMIT_SCALE,
    }),
  )
}

/** How the shared count is; `null` where each process counts alone. */
export function limitStoreState(): StoreState | null {
  return env().RATE_LIMITS === 'off' ? null : (sharedLimits()?.state ?? null)
}

function sharedLimits(): SharedLimits | null {
  return processWide('shared-limits', () => {
    const redis = openRedis(env(), STORE_DEADLINE_MS)
    if (redis === null) return null
    const limits = new SharedLimits({
      store: new SharedWindow(redis.scripts),
      reconnect: redis.reconnect,
      instances: env().RATE_LIMIT_INSTANCES,
      onChange: ({ state, instances }) => {
        if (state === 'up') log.info({ instances }, 'limits are counted together')
        else log.warn({ instances }, 'the shared count of limits is away: each process counts its share')
      },
    })
    void limits.start()
    return limits
  })
}
