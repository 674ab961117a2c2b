import { getHomeEndpoint } from '#lib/catalog/endpoints'
import { homeForEverybody } from '#lib/catalog/for-everybody'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getHomeEndpoint, async () => await homeForEverybody())
