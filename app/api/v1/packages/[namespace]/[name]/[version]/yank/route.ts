import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { yankVersion } from '#lib/publishing/yank-version'
import { yankVersionEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  yankVersionEndpoint,
  async ({ actor, params, body }) =>
    await yankVersion(actor, formatHandle(params.namespace, params.name), params.version, body.reason),
)
