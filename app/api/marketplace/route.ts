import { defineRoute } from '#lib/http/define-route'
import { listMarketplaceEndpoint } from '#lib/search/endpoints'
import { listMarketplace } from '#lib/search/list-marketplace'

export const GET = defineRoute(listMarketplaceEndpoint, async ({ query }) => await listMarketplace(query))
