import { defineRoute } from '#lib/http/define-route'
import { answerOffer } from '#lib/publishing/answer-offer'
import { answerOfferEndpoint } from '#lib/publishing/namespace-endpoints'

export const POST = defineRoute(
  answerOfferEndpoint,
  async ({ actor, params, body }) => await answerOffer(actor, params.id, body.accepts),
)
