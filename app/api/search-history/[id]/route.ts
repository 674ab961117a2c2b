import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { forgetSearchEndpoint } from '#lib/search/endpoints'
import { forgetSearches } from '#lib/search/forget-searches'

export const DELETE = defineRoute(forgetSearchEndpoint, async ({ actor, params }) => {
  await forgetSearches(actor, params.id)
  return reply(204, undefined)
})
