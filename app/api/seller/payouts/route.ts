import { defineRoute } from '#lib/http/define-route'
import { listPayoutsEndpoint } from '#lib/payments/endpoints'
import { listPayouts } from '#lib/payments/list-payouts'

export const GET = defineRoute(
  listPayoutsEndpoint,
  async ({ actor, query }) => await listPayouts(actor, query.cursor),
)
