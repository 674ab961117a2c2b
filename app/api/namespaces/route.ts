import { defineRoute } from '#lib/http/define-route'
import { claimNamespace } from '#lib/publishing/claim-namespace'
import { claimNamespaceEndpoint } from '#lib/publishing/endpoints'
import { listNamespacesEndpoint } from '#lib/publishing/namespace-endpoints'
import { listManagedNamespaces } from '#lib/publishing/list-managed-namespaces'

export const POST = defineRoute(
  claimNamespaceEndpoint,
  async ({ actor, body }) => await claimNamespace(actor, body.name),
)

export const GET = defineRoute(
  listNamespacesEndpoint,
  async ({ actor }) => await listManagedNamespaces(actor),
)
