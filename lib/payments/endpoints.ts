/** The HTTP surface of card payments and payouts. Client-safe: declarations only. */
import { purchaseSchema } from '#lib/commerce/schemas'
import { defineEndpoint } from '#lib/http/endpoint'
import {
  pageQuerySchema,
  payoutAccountSchema,
  payoutDetailSchema,
  payoutListSchema,
  payoutOnboardingSchema,
  payoutParamsSchema,
  startTopUpSchema,
  topUpListSchema,
  topUpParamsSchema,
  topUpSchema,
  webhookReceiptSchema,
} from './schemas.ts'

export const startTopUpEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/wallet/top-ups',
  operationId: 'startTopUp',
  idempotency: 'own',
  summary: 'Buy credits with a card',
  description:
    'Answers where Stripe takes the card. The same `Idempotency-Key` answers the same top-up. Without Stripe: 503.',
  tags: ['Wallet'],
  access: 'signed-in',
  body: { contentType: 'application/json', schema: startTopUpSchema },
  responses: [{ status: 201, description: 'The top-up, to be paid at its `url`', schema: topUpSchema }],
  problems: ['forbidden', 'idempotency_key_reused', 'upstream_failed', 'unavailable'],
  cache: 'private',
})

export const startCardPurchaseEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/checkouts',
  operationId: 'startCardPurchase',
  idempotency: 'own',
  summary: 'Buy one package with a card',
  description:
    'Answers where Stripe takes the card; once paid, the package is bought at the price that was agreed to. If it cannot be any more, the money is in your wallet. Its state is that of the top-up of the same id. Without Stripe: 503.',
  tags: ['Wallet'],
  access: 'signed-in',
  body: { contentType: 'application/json', schema: purchaseSchema },
  responses: [{ status: 201, description: 'The payment, to be made at its `url`', schema: topUpSchema }],
  problems: [
    ...(['not_found', 'forbidden', 'own_package', 'already_owned', 'price_changed', 'sold_out'] as const),
    ...(['idempotency_key_reused', 'upstream_failed', 'unavailable'] as const),
  ],
  cache: 'private',
})

export const listTopUpsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/wallet/top-ups',
  operationId: 'listTopUps',
  summary: 'Your top-ups, newest first, and whether cards are taken',
  tags: ['Wallet'],
  access: 'signed-in',
  query: pageQuerySchema,
  responses: [{ status: 200, description: 'Top-ups', schema: topUpListSchema }],
  problems: [],
  cache: 'private',
})

export const getTopUpEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/wallet/top-ups/{id}',
  operationId: 'getTopUp',
  summary: 'One top-up; while it is open Stripe is asked',
  tags: ['Wallet'],
  access: 'signed-in',
  params: topUpParamsSchema,
  responses: [{ status: 200, description: 'The top-up', schema: topUpSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const stripeWebhookEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/webhooks/stripe',
  operationId: 'receiveStripeEvent',
  summary: 'Signed events of Stripe',
  description: 'Answered once the event is kept. The `Stripe-Signature` may be five minutes old.',
  tags: ['Wallet'],
  access: 'public',
  body: {
    contentTypes: ['application/json'],
    maxBytes: 512 * 1024,
    description: 'The event, exactly as signed',
  },
  responses: [{ status: 200, description: 'Kept', schema: webhookReceiptSchema }],
  problems: ['bad_request', 'unavailable'],
  cache: 'private',
})

export const getPayoutAccountEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/payout-account',
  operationId: 'getPayoutAccount',
  summary: 'Whether your store can be paid out',
  tags: ['Selling'],
  access: 'signed-in',
  responses: [{ status: 200, description: 'The account', schema: payoutAccountSchema }],
  problems: ['store_required'],
  cache: 'private',
})

export const connectSellerEndpoint = defineEndpoint({
  method: 'POST',
  path: '/api/seller/payout-account',
  operationId: 'connectSeller',
  summary: 'Set up payouts at Stripe',
  tags: ['Selling'],
  access: 'signed-in',
  responses: [{ status: 201, description: 'Where Stripe asks the rest', schema: payoutOnboardingSchema }],
  problems: ['store_required', 'upstream_failed', 'unavailable'],
  cache: 'private',
})

export const listPayoutsEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/payouts',
  operationId: 'listPayouts',
  summary: 'What was sent to your store, newest first',
  tags: ['Selling'],
  access: 'signed-in',
  query: pageQuerySchema,
  responses: [{ status: 200, description: 'Payouts', schema: payoutListSchema }],
  problems: [],
  cache: 'private',
})

export const getPayoutEndpoint = defineEndpoint({
  method: 'GET',
  path: '/api/seller/payouts/{id}',
  operationId: 'getPayout',
  summary: 'One payout, line by line',
  tags: ['Selling'],
  access: 'signed-in',
  params: payoutParamsSchema,
  responses: [{ status: 200, description: 'The payout', schema: payoutDetailSchema }],
  problems: ['not_found'],
  cache: 'private',
})

export const paymentsEndpoints = [
  startTopUpEndpoint,
  startCardPurchaseEndpoint,
  listTopUpsEndpoint,
  getTopUpEndpoint,
  stripeWebhookEndpoint,
  getPayoutAccountEndpoint,
  connectSellerEndpoint,
  listPayoutsEndpoint,
  getPayoutEndpoint,
]
