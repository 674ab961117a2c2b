import { defineRoute } from '#lib/http/define-route'
import { decideStore } from '#lib/moderation/decide-store'
import { releaseStoreEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(releaseStoreEndpoint, async ({ actor, params, body }) => {
  return await decideStore(actor, params.slug, 'release', body.reason)
})
