import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { revokeTokenEndpoint } from '#lib/identity/endpoints'
import { revokeToken } from '#lib/identity/revoke-token'

export const DELETE = defineRoute(revokeTokenEndpoint, async ({ actor, params }) => {
  await revokeToken(actor, params.id)
  return reply(204, undefined)
})
