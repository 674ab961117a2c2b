import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { decidePackage } from '#lib/moderation/decide-package'
import { releasePackageEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(releasePackageEndpoint, async ({ actor, params, body }) => {
  return await decidePackage(actor, formatHandle(params.namespace, params.name), 'release', body.reason)
})
