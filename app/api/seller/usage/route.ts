import { defineRoute } from '#lib/http/define-route'
import { listSellerUsageEndpoint } from '#lib/metering/endpoints'
import { listUsage } from '#lib/metering/list-usage'

export const GET = defineRoute(
  listSellerUsageEndpoint,
  async ({ actor, query }) => await listUsage(actor, 'seller', query),
)
