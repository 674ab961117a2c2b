import { defineRoute } from '#lib/http/define-route'
import { suggestEndpoint } from '#lib/search/endpoints'
import { suggest } from '#lib/search/suggest'

export const GET = defineRoute(suggestEndpoint, async ({ query }) => await suggest(query.q))
