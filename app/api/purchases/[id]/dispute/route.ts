import { getDisputeEndpoint, openDisputeEndpoint } from '#lib/disputes/endpoints'
import { getDispute } from '#lib/disputes/get-dispute'
import { openDispute } from '#lib/disputes/open-dispute'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(
  getDisputeEndpoint,
  async ({ actor, params }) => await getDispute(actor, params.id),
)

export const POST = defineRoute(
  openDisputeEndpoint,
  async ({ actor, params, body }) => await openDispute(actor, params.id, body),
)
