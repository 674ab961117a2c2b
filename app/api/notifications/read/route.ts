import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { readNotificationsEndpoint } from '#lib/identity/endpoints'
import { readNotifications } from '#lib/identity/read-notifications'

export const POST = defineRoute(readNotificationsEndpoint, async ({ actor, body }) => {
  await readNotifications(actor, body)
  return reply(204, undefined)
})
