import { getStoreEndpoint } from '#lib/catalog/endpoints'
import { getStore } from '#lib/catalog/get-store'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getStoreEndpoint, async ({ params }) => await getStore(params.slug))
