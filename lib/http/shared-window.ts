/**
 * Owns counting in a Redis that all processes share, by the clock of that Redis: in no window of time, wherever it
 * begins, is more admitted than the limit. It fails when Redis does; what happens then is decided elsewhere.
 */
import 'server-only'
import { Ratelimit, type Algorithm, type RatelimitConfig } from '@upstash/ratelimit'
import { z } from 'zod'
import type { RedisScripts } from '#lib/platform/redis'
import { redisScript, runScript } from '#lib/platform/redis-script'
import type { Allowance } from './sliding-window.ts'

/**
 * A list of the moments admitted, in microseconds, oldest first. With a rate of n a request needs n free places, though
 * it takes only one: the others stand for what was admitted where this Redis did not hear of it.
 */
const TAKE = redisScript(`
local limit, window, rate = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) <= now - window * 1000 do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local count = redis.call('LLEN', KEYS[1])
local isAdmitted = count + rate <= limit
if isAdmitted then
  redis.call('RPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], window)
end
local ageMs = oldest and math.floor((now - tonumber(oldest)) / 1000) or 0
return { isAdmitted and 1 or 0, limit - count - rate, window - ageMs }
`)

/** Who counts here: all that were heard of within the last `ARGV[2]` milliseconds. */
const ATTEND = redisScript(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('ZCARD', KEYS[1])
`)

const takenSchema = z.tuple([z.union([z.literal(0), z.literal(1)]), z.int(), z.int().min(0)])
const attendedSchema = z.int().min(1)

const PREFIX = 'souk:limits'
const BLOCKED_MAX = 100_000

/** The library keeps what is blocked in a map without an end. */
class BoundedMap extends Map<string, number> {
  override set(key: string, value: number): this {
    if (!this.has(key) && this.size >= BLOCKED_MAX) {
      for (const oldest of this.keys()) {
        this.delete(oldest)
        break
      }
    }
    return super.set(key, value)
  }
}

export class SharedWindow {
  readonly #redis: RedisScripts
  readonly #limiters = new Map<string, Ratelimit>()
  readonly #blocked = new BoundedMap()

  constructor(redis: RedisScripts) {
    this.#redis = redis
  }

  /**
   * Counts one request, if it is admitted.
   * @param debt requests of this window that Redis has not heard of
   * @throws when Redis does not answer, or not what was asked
   */
  async take(key: string, limit: number, windowMs: number, debt = 0): Promise<Allowance> {
    const { success, remaining, reset } = await this.#limiter(limit, windowMs).limit(key, { rate: 1 + debt })
    const resetSeconds = Math.max(1, Math.ceil((reset - Date.now()) / 1_000))
    return { isAdmitted: success, remaining, resetSeconds: Math.min(resetSeconds, windowMs / 1_000) }
  }

  /** Says that this process counts here, and answers how many do. @throws as `take` */
  async attend(process: string, withinMs: number): Promise<number> {
    const found = await runScript(this.#redis, ATTEND, [`${PREFIX}:processes`], [process, withinMs])
    return attendedSchema.parse(found)
  }

  #limiter(limit: number, windowMs: number): Ratelimit {
    const name = `${limit} ${windowMs}`
    const known = this.#limiters.get(name)
    if (known) return known
    const limiter = new Ratelimit({
      // It asks for `get` and `set` too, which it uses only for limits that change while it runs.
      redis: this.#redis as Pick<
        RatelimitConfig['redis'],
        keyof RedisScripts & keyof RatelimitConfig['redis']
      > as RatelimitConfig['redis'],
      limiter: exactWindow(limit, windowMs),
      prefix: PREFIX,
      ephemeralCache: this.#blocked,
      // Its own would admit everybody when the time is over.
      timeout: 0,
      enableTelemetry: false,
    })
    this.#limiters.set(name, limiter)
    return limiter
  }
}

type Context = Parameters<ReturnType<Algorithm<{ redis: RedisScripts; cache?: BlockCache }>>['limit']>[0]
interface BlockCache {
  isBlocked: (key: string) => { blocked: boolean; reset: number }
  blockUntil: (key: string, reset: number) => void
}

/** Those of the library weigh windows or cut them at fixed moments: up to twice the limit passes within one. */
function exactWindow(limit: number, windowMs: number): RatelimitConfig['limiter'] {
  const answered = (success: boolean, remaining: number, reset: number) => ({
    ...{ success, limit, remaining: Math.max(0, remaining), reset, pending: Promise.resolve() },
  })
  return () => ({
    async limit({ redis, cache }: Context, key: string, rate = 1) {
      const { blocked, reset: until } = cache?.isBlocked(key) ?? { blocked: false, reset: 0 }
      if (blocked) return answered(false, 0, until)
      const found = await runScript(redis, TAKE, [key], [limit, windowMs, rate])
      const [admitted, remaining, resetMs] = takenSchema.parse(found)
      const reset = Date.now() + resetMs
      if (admitted === 0) cache?.blockUntil(key, reset)
      return answered(admitted === 1, remaining, reset)
    },
    // Nobody asks without counting, and nobody is let off.
    getRemaining: () => Promise.reject(new Error('not counted apart')),
    resetTokens: () => Promise.reject(new Error('not reset')),
  })
}
