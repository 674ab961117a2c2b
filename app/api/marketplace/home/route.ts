import { getHomeEndpoint } from '#lib/catalog/endpoints'
import { getHome } from '#lib/catalog/get-home'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getHomeEndpoint, async () => await getHome())
