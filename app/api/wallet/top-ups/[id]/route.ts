import { defineRoute } from '#lib/http/define-route'
import { getTopUpEndpoint } from '#lib/payments/endpoints'
import { getTopUp } from '#lib/payments/get-top-up'

export const GET = defineRoute(
  getTopUpEndpoint,
  async ({ actor, params }) => await getTopUp(actor, params.id),
)
