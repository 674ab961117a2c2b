/**
 * Owns the connection to a Redis that several processes share: Upstash over HTTP, or any Redis over TCP behind the part
 * of Upstash's client interface that runs scripts. It knows no feature, waits for nobody and repeats nothing: whoever
 * asks decides what a failure means.
 */
import 'server-only'
import { Redis as UpstashRedis } from '@upstash/redis'
import { Redis } from 'ioredis'

export type RedisScripts = Pick<UpstashRedis, 'eval' | 'evalsha'>

export interface SharedRedis {
  scripts: RedisScripts
  /** For a connection on which nothing comes back any more. */
  reconnect: () => void
  close: () => void
}

export interface RedisSettings {
  REDIS_URL?: string | undefined
  UPSTASH_REDIS_REST_URL?: string | undefined
  UPSTASH_REDIS_REST_TOKEN?: string | undefined
}

const CONNECT_TIMEOUT_MS = 1_000
const RECONNECT_MAX_MS = 500

/** `null` where none is configured. */
export function openRedis(settings: RedisSettings, deadlineMs: number): SharedRedis | null {
  const { REDIS_URL, UPSTASH_REDIS_REST_URL: url, UPSTASH_REDIS_REST_TOKEN: token } = settings
  if (url !== undefined && token !== undefined) return overHttp(url, token, deadlineMs)
  return REDIS_URL === undefined ? null : overTcp(REDIS_URL)
}

function overHttp(url: string, token: string, deadlineMs: number): SharedRedis {
  const scripts = new UpstashRedis({
    ...{ url, token, retry: false, enableTelemetry: false, latencyLogging: false },
    signal: () => AbortSignal.timeout(deadlineMs),
  })
  return { scripts, reconnect: () => undefined, close: () => undefined }
}

function overTcp(url: string): SharedRedis {
  const client = new Redis(url, {
    // What cannot be sent now fails now, and is never sent a second time: a request would count twice.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
  })
  // Each command says itself that it failed.
  client.on('error', () => undefined)
  const scripts: RedisScripts = {
    eval: async <TArgs extends unknown[], TData = unknown>(script: string, keys: string[], args: TArgs) =>
      (await client.eval(script, keys.length, ...keys, ...args.map(String))) as TData,
    evalsha: async <TArgs extends unknown[], TData = unknown>(sha: string, keys: string[], args: TArgs) =>
      (await client.evalsha(sha, keys.length, ...keys, ...args.map(String))) as TData,
  }
  return { scripts, reconnect: () => client.disconnect(true), close: () => client.disconnect() }
}
