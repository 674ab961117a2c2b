import { defineRoute } from '#lib/http/define-route'
import { listAuditEndpoint } from '#lib/operations/endpoints'
import { listAuditEntries } from '#lib/operations/list-audit-entries'

export const GET = defineRoute(
  listAuditEndpoint,
  async ({ actor, query }) => await listAuditEntries(actor, query, 'all'),
)
