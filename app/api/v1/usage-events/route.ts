import { defineRoute } from '#lib/http/define-route'
import { reportUsageEndpoint } from '#lib/metering/endpoints'
import { reportUsage } from '#lib/metering/report-usage'

export const POST = defineRoute(
  reportUsageEndpoint,
  async ({ actor, body }) => await reportUsage(actor, body),
)
