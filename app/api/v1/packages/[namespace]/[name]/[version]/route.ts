import { getVersionEndpoint } from '#lib/catalog/endpoints'
import { getVersion } from '#lib/catalog/get-version'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { deleteVersion } from '#lib/publishing/delete-version'
import { deleteVersionEndpoint } from '#lib/publishing/version-endpoints'

export const GET = defineRoute(
  getVersionEndpoint,
  async ({ actor, params }) =>
    await getVersion(actor, formatHandle(params.namespace, params.name), params.version),
)
export const DELETE = defineRoute(
  deleteVersionEndpoint,
  async ({ actor, params, body }) =>
    await deleteVersion(actor, formatHandle(params.namespace, params.name), params.version, body.reason),
)
