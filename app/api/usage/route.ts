import { defineRoute } from '#lib/http/define-route'
import { listUsageEndpoint } from '#lib/metering/endpoints'
import { listUsage } from '#lib/metering/list-usage'

export const GET = defineRoute(
  listUsageEndpoint,
  async ({ actor, query }) => await listUsage(actor, 'buyer', query),
)
