import { getPurchaseEndpoint } from '#lib/commerce/endpoints'
import { getPurchase } from '#lib/commerce/get-purchase'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  getPurchaseEndpoint,
  async ({ actor, params }) => await getPurchase(actor, params.id),
)
