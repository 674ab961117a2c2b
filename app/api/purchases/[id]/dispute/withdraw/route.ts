import { withdrawDisputeEndpoint } from '#lib/disputes/endpoints'
import { withdrawDispute } from '#lib/disputes/withdraw-dispute'
import { defineRoute } from '#lib/http/define-route'

export const POST = defineRoute(
  withdrawDisputeEndpoint,
  async ({ actor, params }) => await withdrawDispute(actor, params.id),
)
