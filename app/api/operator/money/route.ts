import { defineRoute } from '#lib/http/define-route'
import { getMoneyDeskEndpoint } from '#lib/operations/endpoints'
import { getMoneyDesk } from '#lib/operations/get-money-desk'

export const GET = defineRoute(getMoneyDeskEndpoint, async ({ actor }) => await getMoneyDesk(actor))
