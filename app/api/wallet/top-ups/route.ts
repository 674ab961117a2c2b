import { defineRoute } from '#lib/http/define-route'
import { listTopUpsEndpoint, startTopUpEndpoint } from '#lib/payments/endpoints'
import { listTopUps } from '#lib/payments/list-top-ups'
import { startTopUp } from '#lib/payments/start-top-up'

export const GET = defineRoute(
  listTopUpsEndpoint,
  async ({ actor, query }) => await listTopUps(actor, query.cursor),
)
export const POST = defineRoute(
  startTopUpEndpoint,
  async ({ actor, body, idempotencyKey }) => await startTopUp(actor, body, idempotencyKey),
)
