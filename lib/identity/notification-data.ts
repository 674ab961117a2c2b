/** The database access of notifications: a person's own, by row level security. Private to this feature. */
import 'server-only'
import { sql } from 'kysely'
import type { SignedInActor } from '#lib/kernel/actor'
import { asActor } from '#lib/platform/db'
import type { Notification } from './schemas.ts'

export interface NotificationPosition {
  at: string
  id: string
}

export interface NotificationRows {
  items: Notification[]
  unread: number
  hasMore: boolean
}

export async function selectNotifications(
  actor: SignedInActor,
  after: NotificationPosition | null,
  limit: number,
): Promise<NotificationRows> {
  return await asActor(actor, async (db) => {
    let page = db
      .selectFrom('identity.notifications')
      .select(['id', 'kind', 'title', 'body', 'href', 'read_at', 'created_at'])
      .where('user_id', '=', actor.userId)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
    if (after) {
      page = page.where(sql<boolean>`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`)
    }
    const rows = await page.execute()
    const counted = await db
      .selectFrom('identity.notifications')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('user_id', '=', actor.userId)
      .where('read_at', 'is', null)
      .executeTakeFirstOrThrow()
    const items = rows.slice(0, limit).map(({ read_at, created_at, ...row }) => ({
      ...row,
      isRead: read_at !== null,
      createdAt: created_at.toISOString(),
    }))
    return { items, unread: counted.count, hasMore: rows.length > limit }
  })
}

/** Without ids all of them. */
export async function updateNotificationsRead(
  actor: SignedInActor,
  ids: readonly string[] | null,
): Promise<void> {
  await asActor(actor, async (db) => {
    let unread = db
      .updateTable('identity.notifications')
      .set({ read_at: sql<Date>`now()` })
      .where('user_id', '=', actor.userId)
      .where('read_at', 'is', null)
    if (ids) unread = unread.where('id', 'in', ids)
    await unread.execute()
  })
}

/** Where it leads; null when the caller has no such notification. */
export async function updateNotificationOpened(actor: SignedInActor, id: string): Promise<string | null> {
  return await asActor(actor, async (db) => {
    const row = await db
      .updateTable('identity.notifications')
      .set({ read_at: sql<Date>`coalesce(read_at, now())` })
      .where('user_id', '=', actor.userId)
      .where('id', '=', id)
      .returning('href')
      .executeTakeFirst()
    return row?.href ?? null
  })
}
