import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'
import { submitPackageEndpoint } from '#lib/publishing/endpoints'
import { submitPackage } from '#lib/publishing/submit-again'

export const POST = defineRoute(submitPackageEndpoint, async ({ actor, params, body }) => {
  await submitPackage(actor, formatHandle(params.namespace, params.name), body.note)
  return reply(204, undefined)
})
