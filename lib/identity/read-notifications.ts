import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { updateNotificationsRead } from './notification-data.ts'
import { requirePersonToWrite } from './rules.ts'
import type { ReadNotificationsInput } from './schemas.ts'

/** Marks those named, or all of the caller's, as read. Ids of others are passed over. */
export async function readNotifications(actor: Actor, { ids }: ReadNotificationsInput): Promise<void> {
  await updateNotificationsRead(requirePersonToWrite(actor), ids ?? null)
}
