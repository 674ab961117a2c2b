import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { submitStoreEndpoint } from '#lib/publishing/endpoints'
import { submitStore } from '#lib/publishing/submit-again'

export const POST = defineRoute(submitStoreEndpoint, async ({ actor, body }) => {
  await submitStore(actor, body.note)
  return reply(204, undefined)
})
