import { defineRoute } from '#lib/http/define-route'
import { listTrendingEndpoint } from '#lib/search/endpoints'
import { listTrending } from '#lib/search/list-trending'

export const GET = defineRoute(listTrendingEndpoint, async () => await listTrending())
