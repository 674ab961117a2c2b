import { speakInDisputeEndpoint } from '#lib/disputes/endpoints'
import { speakInDispute } from '#lib/disputes/speak-in-dispute'
import { defineRoute } from '#lib/http/define-route'

export const POST = defineRoute(
  speakInDisputeEndpoint,
  async ({ actor, params, body }) => await speakInDispute(actor, params.id, body.text),
)
