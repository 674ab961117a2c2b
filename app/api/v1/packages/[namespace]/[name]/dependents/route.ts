import { listDependentsEndpoint } from '#lib/catalog/endpoints'
import { listDependents } from '#lib/catalog/list-dependents'
import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(
  listDependentsEndpoint,
  async ({ actor, params, query }) =>
    await listDependents(actor, formatHandle(params.namespace, params.name), query),
)
