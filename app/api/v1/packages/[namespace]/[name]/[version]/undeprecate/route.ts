import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { deprecateVersion } from '#lib/publishing/deprecate'
import { undeprecateVersionEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  undeprecateVersionEndpoint,
  async ({ actor, params }) =>
    await deprecateVersion(actor, formatHandle(params.namespace, params.name), params.version, null),
)
