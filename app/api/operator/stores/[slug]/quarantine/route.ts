import { defineRoute } from '#lib/http/define-route'
import { decideStore } from '#lib/moderation/decide-store'
import { quarantineStoreEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(quarantineStoreEndpoint, async ({ actor, params, body }) => {
  return await decideStore(actor, params.slug, 'quarantine', body.reason)
})
