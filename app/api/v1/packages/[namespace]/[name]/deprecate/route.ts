import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { deprecatePackage } from '#lib/publishing/deprecate'
import { deprecatePackageEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  deprecatePackageEndpoint,
  async ({ actor, params, body }) =>
    await deprecatePackage(actor, formatHandle(params.namespace, params.name), body),
)
