import { listDisputesEndpoint } from '#lib/disputes/endpoints'
import { listDisputes } from '#lib/disputes/list-disputes'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  listDisputesEndpoint,
  async ({ actor, query }) => await listDisputes(actor, 'buyer', query),
)
