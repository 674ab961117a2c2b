/** Owns the decision about one request: whether it is admitted, what it is told of its limit, and the refusal. */
import 'server-only'
import { Problem } from '#lib/kernel/problem'
import { addressKey, clientAddress, type Proxies } from './client-address.ts'
import { hasCredential, type KnownCaller } from './known-caller.ts'
import { missLimitClassOf, RATE_LIMITS, rateLimitClassOf, type RateLimitClass } from './rate-limits.ts'
import type { LimitWindow } from './limit-window.ts'
import type { Allowance } from './sliding-window.ts'

export interface Decision {
  /** By the IETF draft on RateLimit header fields. */
  headers: Readonly<Record<string, string>>
  refusal: Problem | null
}

export interface Asking {
  method: string
  url: string
  headers: Pick<Headers, 'get'>
  /** Who is at the other end of the connection. */
  peer: string | undefined
  counts: Counting
}

/** What is limited whoever answers it; what is limited only once no cache has answered it; or both in one place. */
export type Counting = 'asked' | 'missed' | 'both'

/** `null`: what is asked for has no limit. A promise where callers have to be looked up, or the count is shared. */
export type RateLimiter = (asking: Asking) => Decision | null | Promise<Decision>

export interface RateLimiterDependencies {
  window: LimitWindow
  proxies: Proxies
  knownCaller: KnownCaller
  /** Every limit is multiplied by it. */
  scale: number
}

function decisionOf(name: RateLimitClass, quota: number, allowance: Allowance): Decision {
  const { windowSeconds } = RATE_LIMITS[name]
  const { isAdmitted, remaining, resetSeconds } = allowance
  const headers = {
    'RateLimit-Policy': `"${name}";q=${quota};w=${windowSeconds}`,
    RateLimit: `"${name}";r=${remaining};t=${resetSeconds}`,
  }
  if (isAdmitted) return { headers, refusal: null }
  const detail = `At most ${quota} requests of this kind in ${windowSeconds} seconds. Try again in ${resetSeconds} s.`
  const retry = { 'retry-after': String(resetSeconds) }
  return { headers, refusal: new Problem('rate_limited', detail, { headers: retry }) }
}

export function createRateLimiter(dependencies: RateLimiterDependencies): RateLimiter {
  const { window, proxies, knownCaller, scale } = dependencies

  function decide(name: RateLimitClass, client: string): Decision | Promise<Decision> {
    const { limit, windowSeconds, whenStoreIsDown } = RATE_LIMITS[name]
    const quota = Math.max(1, Math.floor(limit * scale))
    const taking = { limit: quota, windowMs: windowSeconds * 1_000, whenStoreIsDown }
    const taken = window.take(`${name} ${client}`, taking)
    const told = (allowance: Allowance) => decisionOf(name, quota, allowance)
    return taken instanceof Promise ? taken.then(told) : told(taken)
  }

  return ({ method, url, headers, peer, counts }) => {
    const request = { method, url, hasCredential: hasCredential(headers) }
    const asked = counts === 'missed' ? null : rateLimitClassOf(request)
    const name = asked ?? (counts === 'asked' ? null : missLimitClassOf(request))
    if (name === null) return null
    const address = clientAddress(peer, headers, proxies)
    const line = address === null ? 'address unknown' : `address ${addressKey(address)}`
    if (RATE_LIMITS[name].keyBy === 'address') return decide(name, line)
    const decideFor = (userId: string | null) => {
      if (userId !== null) return decide(name, `user ${userId}`)
      // The form of any page can be sent to any other, so that the address does not tell guessing apart.
      return decide(name === 'form' ? 'sign-in' : name, line)
    }
    const person = knownCaller(headers)
    return person instanceof Promise ? person.then(decideFor) : decideFor(person)
  }
}
