import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { deprecatePackage } from '#lib/publishing/deprecate'
import { undeprecatePackageEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  undeprecatePackageEndpoint,
  async ({ actor, params }) =>
    await deprecatePackage(actor, formatHandle(params.namespace, params.name), null),
)
