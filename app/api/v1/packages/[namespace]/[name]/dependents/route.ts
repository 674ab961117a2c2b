import { listDependentsEndpoint } from '#lib/catalog/endpoints'
import { findDependents } from '#lib/catalog/list-dependents'
import { defineRoute } from '#lib/http/define-route'
import { publicReply } from '#lib/http/reply'
import { formatHandle } from '#lib/kernel/handle'

export const GET = defineRoute(listDependentsEndpoint, async ({ actor, params, query }) => {
  const handle = formatHandle(params.namespace, params.name)
  const { found, isPublic } = await findDependents(actor, handle, query)
  return isPublic ? publicReply(found, 'hot') : found
})
