import { defineRoute } from '#lib/http/define-route'
import { listSellerBudgetsEndpoint } from '#lib/metering/endpoints'
import { listBudgets } from '#lib/metering/list-budgets'

export const GET = defineRoute(
  listSellerBudgetsEndpoint,
  async ({ actor }) => await listBudgets(actor, 'seller'),
)
