import { defineRoute } from '#lib/http/define-route'
import { listOwnAuditEndpoint } from '#lib/operations/endpoints'
import { listAuditEntries } from '#lib/operations/list-audit-entries'

export const GET = defineRoute(
  listOwnAuditEndpoint,
  async ({ actor, query }) => await listAuditEntries(actor, query, 'own'),
)
