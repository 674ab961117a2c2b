import { defineRoute } from '#lib/http/define-route'
import { decideStore } from '#lib/moderation/decide-store'
import { rejectStoreEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(rejectStoreEndpoint, async ({ actor, params, body }) => {
  return await decideStore(actor, params.slug, 'reject', body.reason)
})
