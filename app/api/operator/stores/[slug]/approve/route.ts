import { defineRoute } from '#lib/http/define-route'
import { decideStore } from '#lib/moderation/decide-store'
import { approveStoreEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(approveStoreEndpoint, async ({ actor, params, body }) => {
  return await decideStore(actor, params.slug, 'approve', body.reason)
})
