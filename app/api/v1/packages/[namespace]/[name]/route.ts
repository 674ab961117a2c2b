import { getRegistryPackageEndpoint } from '#lib/catalog/endpoints'
import { findRegistryPackage } from '#lib/catalog/get-package'
import { defineRoute } from '#lib/http/define-route'
import { publicReply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(getRegistryPackageEndpoint, async ({ actor, params }) => {
  const { found, isPublic } = await findRegistryPackage(actor, formatHandle(params.namespace, params.name))
  return isPublic ? publicReply(found, 'hot') : found
})
