import { defineRoute } from '#lib/http/define-route'
import { getPayoutEndpoint } from '#lib/payments/endpoints'
import { getPayout } from '#lib/payments/list-payouts'

export const GET = defineRoute(
  getPayoutEndpoint,
  async ({ actor, params }) => await getPayout(actor, params.id),
)
