import { getSellerStatsEndpoint } from '#lib/commerce/endpoints'
import { getSellerStats } from '#lib/commerce/get-seller-stats'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  getSellerStatsEndpoint,
  async ({ actor, query }) => await getSellerStats(actor, query.days),
)
