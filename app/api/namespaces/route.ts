import { defineRoute } from '#lib/http/define-route'
import { claimNamespace } from '#lib/publishing/claim-namespace'
import { claimNamespaceEndpoint } from '#lib/publishing/endpoints'

export const POST = defineRoute(
  claimNamespaceEndpoint,
  async ({ actor, body }) => await claimNamespace(actor, body.name),
)
