import { listPurchasesEndpoint, purchaseEndpoint } from '#lib/commerce/endpoints'
import { listPurchases } from '#lib/commerce/list-purchases'
import { purchasePackage } from '#lib/commerce/purchase-package'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  listPurchasesEndpoint,
  async ({ actor, query }) => await listPurchases(actor, query),
)
export const POST = defineRoute(
  purchaseEndpoint,
  async ({ actor, body, idempotencyKey }) => await purchasePackage(actor, body, idempotencyKey),
)
