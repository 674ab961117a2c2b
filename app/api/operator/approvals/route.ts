import { defineRoute } from '#lib/http/define-route'
import { listApprovalsEndpoint } from '#lib/moderation/endpoints'
import { listApprovals } from '#lib/moderation/list-approvals'

export const GET = defineRoute(
  listApprovalsEndpoint,
  async ({ actor, query }) => await listApprovals(actor, query),
)
