import { getOfferEndpoint } from '#lib/commerce/endpoints'
import { getOffer } from '#lib/commerce/get-offer'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(
  getOfferEndpoint,
  async ({ actor, params }) => await getOffer(actor, formatHandle(params.namespace, params.name)),
)
