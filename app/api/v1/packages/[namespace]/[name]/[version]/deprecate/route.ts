import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { deprecateVersion } from '#lib/publishing/deprecate'
import { deprecateVersionEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  deprecateVersionEndpoint,
  async ({ actor, params, body }) =>
    await deprecateVersion(actor, formatHandle(params.namespace, params.name), params.version, body),
)
