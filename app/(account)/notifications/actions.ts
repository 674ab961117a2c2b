'use server'
import { refresh } from 'next/cache'
import { redirect } from 'next/navigation'
import { currentActor } from '#lib/http/actor'
import { openNotification } from '#lib/identity/open-notification'
import { readNotifications } from '#lib/identity/read-notifications'

export async function readAllAction(): Promise<void> {
  await readNotifications(await currentActor(), {})
  refresh()
}

export async function openNotificationAction(form: FormData): Promise<void> {
  const id = form.get('id')
  redirect(await openNotification(await currentActor(), typeof id === 'string' ? id : ''))
}
