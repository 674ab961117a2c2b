import { defineRoute } from '#lib/http/define-route'
import { stripeWebhookEndpoint } from '#lib/payments/endpoints'
import { receiveStripeEvent } from '#lib/payments/receive-stripe-event'

export const POST = defineRoute(
  stripeWebhookEndpoint,
  async ({ body, request }) => await receiveStripeEvent(body.bytes, request.headers.get('stripe-signature')),
)
