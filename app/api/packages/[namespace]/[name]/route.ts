import { getPackageEndpoint } from '#lib/catalog/endpoints'
import { getPackage } from '#lib/catalog/get-package'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { updatePackageEndpoint } from '#lib/publishing/endpoints'
import { updatePackage } from '#lib/publishing/update-package'

export const GET = defineRoute(
  getPackageEndpoint,
  async ({ actor, params }) => await getPackage(actor, formatHandle(params.namespace, params.name)),
)
export const PATCH = defineRoute(
  updatePackageEndpoint,
  async ({ actor, params, body }) =>
    await updatePackage(actor, formatHandle(params.namespace, params.name), body),
)
