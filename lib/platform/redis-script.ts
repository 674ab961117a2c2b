/** Owns running a Lua script by its hash, and sending it whole only where Redis does not know it yet. */
import 'server-only'
import { hash } from 'node:crypto'
import type { RedisScripts } from './redis.ts'

export interface RedisScript {
  text: string
  sha: string
}

export function redisScript(text: string): RedisScript {
  return { text, sha: hash('sha1', text) }
}

export async function runScript(
  redis: RedisScripts,
  { text, sha }: RedisScript,
  keys: string[],
  args: (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, keys, args)
  } catch (error) {
    if (!String(error).includes('NOSCRIPT')) throw error
    return await redis.eval(text, keys, args)
  }
}
