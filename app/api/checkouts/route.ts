import { defineRoute } from '#lib/http/define-route'
import { startCardPurchaseEndpoint } from '#lib/payments/endpoints'
import { startCardPurchase } from '#lib/payments/start-card-purchase'

export const POST = defineRoute(
  startCardPurchaseEndpoint,
  async ({ actor, body, idempotencyKey }) => await startCardPurchase(actor, body, idempotencyKey),
)
