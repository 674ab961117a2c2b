import 'server-only'
import { selectPublishLog } from './data.ts'
import type { PublishLogPage, PublishLogQuery } from './schemas.ts'

/** Entries of the publish log after a position, oldest first, up to everything committed when it is asked. */
export async function readPublishLog({ after, limit }: PublishLogQuery): Promise<PublishLogPage> {
  const { items, head } = await selectPublishLog(after, limit)
  const last = items.at(-1)
  const hasMore = last !== undefined && head !== null && last.position < head.position
  return { items, meta: { limit, nextAfter: hasMore ? last.position : null, head } }
}
