import { decideDispute } from '#lib/disputes/decide-dispute'
import { decideDisputeEndpoint } from '#lib/disputes/endpoints'
import { defineRoute } from '#lib/http/define-route'

export const POST = defineRoute(
  decideDisputeEndpoint,
  async ({ actor, params, body }) => await decideDispute(actor, params.id, body),
)
