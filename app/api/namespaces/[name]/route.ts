import { defineRoute } from '#lib/http/define-route'
import { getNamespaceEndpoint } from '#lib/publishing/namespace-endpoints'
import { getNamespace } from '#lib/publishing/get-namespace'

export const GET = defineRoute(
  getNamespaceEndpoint,
  async ({ actor, params }) => await getNamespace(actor, params.name),
)
