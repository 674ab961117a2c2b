import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { unyankVersion } from '#lib/publishing/yank-version'
import { unyankVersionEndpoint } from '#lib/publishing/version-endpoints'

export const POST = defineRoute(
  unyankVersionEndpoint,
  async ({ actor, params }) =>
    await unyankVersion(actor, formatHandle(params.namespace, params.name), params.version),
)
