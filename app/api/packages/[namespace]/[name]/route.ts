import { getPackageEndpoint } from '#lib/catalog/endpoints'
import { findPackage } from '#lib/catalog/get-package'
import { defineRoute } from '#lib/http/define-route'
import { publicReply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'
import { updatePackageEndpoint } from '#lib/publishing/endpoints'
import { updatePackage } from '#lib/publishing/update-package'

export const GET = defineRoute(getPackageEndpoint, async ({ actor, params }) => {
  const { page, isPublic } = await findPackage(actor, formatHandle(params.namespace, params.name))
  return isPublic ? publicReply(page, 'hot') : page
})
export const PATCH = defineRoute(
  updatePackageEndpoint,
  async ({ actor, params, body }) =>
    await updatePackage(actor, formatHandle(params.namespace, params.name), body),
)
