import { defineRoute } from '#lib/http/define-route'
import { listNotificationsEndpoint } from '#lib/identity/endpoints'
import { listNotifications } from '#lib/identity/list-notifications'

export const GET = defineRoute(
  listNotificationsEndpoint,
  async ({ actor, query }) => await listNotifications(actor, query),
)
