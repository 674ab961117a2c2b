import 'server-only'
import type { LogHead, PublishLogEntry } from '#lib/kernel/publish-log'
import { selectPublishLog } from './data.ts'

export interface LogPage {
  /** Newest first. */
  items: PublishLogEntry[]
  /** The last entry there is; null while nothing was published. */
  head: LogHead | null
}

/** The publish log as people read it: `limit` entries before a position, from the end where none is given. */
export async function getLogPage(before: number | null, limit: number): Promise<LogPage> {
  const head = before === null ? (await selectPublishLog(Number.MAX_SAFE_INTEGER, 1)).head : null
  const end = before ?? (head?.position ?? 0) + 1
  const start = Math.max(0, end - 1 - limit)
  const read = await selectPublishLog(start, Math.min(limit, Math.max(end - 1 - start, 0)))
  return { items: read.items.toReversed(), head: read.head }
}
