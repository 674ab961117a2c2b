/**
 * Owns passing on between processes what their caches must drop, over PostgreSQL's LISTEN and NOTIFY. Best effort: what
 * is lost on the way ends with its lifetime. After the connection was away everything is dropped, for nobody knows what
 * was said meanwhile.
 */
import 'server-only'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { z } from 'zod'
import { ALL_TAGS, announcePurges, purgeHere } from './cache-purge.ts'
import { env } from './env.ts'
import { log } from './log.ts'

const CHANNEL = 'souk_purge'
const BATCH_MS = 20
const RETRY_MS = 3_000
/** Together they stay within the 8,000 bytes that a notification holds. */
const TAGS_MAX = 40

const messageSchema = z.object({ from: z.string(), tags: z.array(z.string()) })

/** Answers how to stop, after telling what is yet untold; does nothing where the database is reached through a transaction pooler. */
export function sharePurges(): () => Promise<void> {
  const { DATABASE_URL, DATABASE_POOL_MODE, JOBS_DATABASE_URL } = env()
  const url = DATABASE_POOL_MODE === 'session' ? DATABASE_URL : JOBS_DATABASE_URL
  if (url === undefined) return () => Promise.resolve()
  const client = postgres(url, {
    max: 1,
    idle_timeout: 60,
    connect_timeout: 5,
    backoff: () => 0.3,
    onnotice: () => undefined,
    connection: { application_name: 'souk-purge' },
  })
  const stopping = new AbortController()
  const self = randomUUID()
  const batch = batched((tags) => tell(client, self, tags))
  announcePurges(batch.add)
  void listen(client, self, stopping.signal)
  return async () => {
    stopping.abort()
    batch.flush()
    await client.end({ timeout: 1 })
  }
}

type Client = postgres.Sql

function batched(send: (tags: string[]) => void) {
  let waiting = new Set<string>()
  const flush = () => {
    const batch = [...waiting]
    waiting = new Set()
    if (batch.length > 0) send(batch.length > TAGS_MAX ? [ALL_TAGS] : batch)
  }
  const add = (tags: readonly string[]) => {
    if (waiting.size === 0) setTimeout(flush, BATCH_MS).unref()
    for (const tag of tags) waiting.add(tag)
  }
  return { add, flush }
}

/** Once, for a command that keeps nothing itself: resolves when every server that listens will hear of it. */
export async function tellPurge(tags: readonly string[]): Promise<void> {
  const client = postgres(env().DATABASE_URL, {
    ...{ max: 1, connect_timeout: 5, prepare: false, onnotice: () => undefined },
    connection: { application_name: 'souk-purge' },
  })
  try {
    await client.notify(CHANNEL, JSON.stringify({ from: randomUUID(), tags }))
  } finally {
    await client.end({ timeout: 1 })
  }
}

function tell(client: Client, from: string, tags: string[]): void {
  client.notify(CHANNEL, JSON.stringify({ from, tags })).catch((error: unknown) => {
    log.debug({ err: error }, 'other processes were not told what to drop')
  })
}

async function listen(client: Client, self: string, stopped: AbortSignal): Promise<void> {
  let wasThere = false
  while (!stopped.aborted) {
    try {
      await client.listen(
        CHANNEL,
        (payload) => {
          const message = messageSchema.safeParse(parsed(payload))
          if (message.success && message.data.from !== self) purgeHere(message.data.tags)
        },
        // Also whenever the driver has connected again.
        () => {
          if (wasThere) purgeHere([ALL_TAGS])
          wasThere = true
        },
      )
      return
    } catch (error) {
      if (!stopped.aborted) log.debug({ err: error }, 'what other processes drop is not heard of yet')
      await delay(RETRY_MS, undefined, { signal: stopped }).catch(() => undefined)
    }
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
