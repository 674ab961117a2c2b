import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { decidePackage } from '#lib/moderation/decide-package'
import { quarantinePackageEndpoint } from '#lib/moderation/endpoints'

export const POST = defineRoute(quarantinePackageEndpoint, async ({ actor, params, body }) => {
  return await decidePackage(actor, formatHandle(params.namespace, params.name), 'quarantine', body.reason)
})
