import { getVersionEndpoint } from '#lib/catalog/endpoints'
import { findVersion } from '#lib/catalog/get-version'
import { defineRoute } from '#lib/http/define-route'
import { publicReply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'
import { deleteVersion } from '#lib/publishing/delete-version'
import { deleteVersionEndpoint } from '#lib/publishing/version-endpoints'

export const GET = defineRoute(getVersionEndpoint, async ({ actor, params }) => {
  const handle = formatHandle(params.namespace, params.name)
  const { found, isPublic } = await findVersion(actor, handle, params.version)
  return isPublic ? publicReply(found, 'hot') : found
})
export const DELETE = defineRoute(
  deleteVersionEndpoint,
  async ({ actor, params, body }) =>
    await deleteVersion(actor, formatHandle(params.namespace, params.name), params.version, body.reason),
)
