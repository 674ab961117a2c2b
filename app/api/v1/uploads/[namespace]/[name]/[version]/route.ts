import { defineRoute } from '#lib/http/define-route'
import { formatHandle } from '#lib/kernel/handle'
import { listUploadsEndpoint } from '#lib/publishing/endpoints'
import { listUploads } from '#lib/publishing/list-uploads'

export const GET = defineRoute(listUploadsEndpoint, async ({ actor, params }) => {
  const items = await listUploads(actor, formatHandle(params.namespace, params.name), params.version)
  return { items, meta: { total: items.length } }
})
