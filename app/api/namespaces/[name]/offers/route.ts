import { defineRoute } from '#lib/http/define-route'
import { offerNamespaceEndpoint } from '#lib/publishing/namespace-endpoints'
import { offerNamespace } from '#lib/publishing/offer-namespace'

export const POST = defineRoute(
  offerNamespaceEndpoint,
  async ({ actor, params, body }) => await offerNamespace(actor, params.name, body),
)
