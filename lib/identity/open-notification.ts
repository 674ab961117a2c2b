import 'server-only'
import type { Actor } from '#lib/kernel/actor'
import { updateNotificationOpened } from './notification-data.ts'
import { requirePersonToWrite } from './rules.ts'
import { notificationSchema } from './schemas.ts'

/** Marks one notification as read and answers where it leads; to the list, when the caller has no such one. */
export async function openNotification(actor: Actor, id: string): Promise<string> {
  const person = requirePersonToWrite(actor)
  const parsed = notificationSchema.shape.id.safeParse(id)
  const href = parsed.success ? await updateNotificationOpened(person, parsed.data) : null
  return href ?? '/notifications'
}
