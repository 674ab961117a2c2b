import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { withdrawOfferEndpoint } from '#lib/publishing/namespace-endpoints'
import { withdrawOffer } from '#lib/publishing/withdraw-offer'

export const DELETE = defineRoute(withdrawOfferEndpoint, async ({ actor, params }) => {
  await withdrawOffer(actor, params.name, params.id)
  return reply(204, undefined)
})
