/** Owns the wiring of limits to the real settings: one count in a process, whoever serves HTTP in it. */
import 'server-only'
import { env } from '#lib/platform/env'
import { processWide } from '#lib/platform/process-wide'
import { trustedProxies } from './client-address.ts'
import { knownCaller } from './known-caller.ts'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'
import { SlidingWindow } from './sliding-window.ts'

/** `null` where limits are switched off. */
export function rateLimiter(): RateLimiter | null {
  const { RATE_LIMITS, RATE_LIMIT_SCALE, TRUSTED_PROXIES } = env()
  if (RATE_LIMITS === 'off') return null
  return processWide('rate-limiter', () =>
    createRateLimiter({
      window: new SlidingWindow(),
      isTrusted: trustedProxies(TRUSTED_PROXIES),
      knownCaller: knownCaller(),
      scale: RATE_LIMIT_SCALE,
    }),
  )
}
