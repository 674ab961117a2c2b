import { refundPurchaseEndpoint } from '#lib/commerce/endpoints'
import { refundPurchase } from '#lib/commerce/refund-purchase'
import { defineRoute } from '#lib/http/define-route'

export const POST = defineRoute(
  refundPurchaseEndpoint,
  async ({ actor, params, body }) => await refundPurchase(actor, params.id, body.reason),
)
