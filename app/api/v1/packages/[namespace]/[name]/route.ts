import { getRegistryPackageEndpoint } from '#lib/catalog/endpoints'
import { getRegistryPackage } from '#lib/catalog/get-package'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(
  getRegistryPackageEndpoint,
  async ({ actor, params }) => await getRegistryPackage(actor, formatHandle(params.namespace, params.name)),
)
