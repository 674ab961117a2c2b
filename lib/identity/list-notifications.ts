import 'server-only'
import { z } from 'zod'
import type { Actor } from '#lib/kernel/actor'
import { defineCursor } from '#lib/kernel/cursor'
import { selectNotifications } from './notification-data.ts'
import { requireSignedIn } from './rules.ts'
import type { NotificationList, NotificationsQuery } from './schemas.ts'

const cursors = defineCursor(1, z.strictObject({ at: z.iso.datetime(), id: z.uuid() }))

/** What happened that the caller should know, newest first. */
export async function listNotifications(
  actor: Actor,
  { limit, cursor }: NotificationsQuery,
): Promise<NotificationList> {
  const after = cursor === undefined ? null : cursors.decode(cursor)
  const { items, unread, hasMore } = await selectNotifications(requireSignedIn(actor), after, limit)
  const last = items.at(-1)
  const nextCursor = hasMore && last ? cursors.encode({ at: last.createdAt, id: last.id }) : null
  return { items, meta: { unread, limit, nextCursor } }
}
