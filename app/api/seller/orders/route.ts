import { listSellerOrdersEndpoint } from '#lib/commerce/endpoints'
import { listSellerOrders } from '#lib/commerce/list-seller-orders'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  listSellerOrdersEndpoint,
  async ({ actor, query }) => await listSellerOrders(actor, query),
)
