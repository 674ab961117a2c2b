import { defineRoute } from '#lib/http/define-route'
import { listBudgetsEndpoint } from '#lib/metering/endpoints'
import { listBudgets } from '#lib/metering/list-budgets'

export const GET = defineRoute(listBudgetsEndpoint, async ({ actor }) => await listBudgets(actor, 'buyer'))
