import { getStoreEndpoint } from '#lib/catalog/endpoints'
import { storeForEverybody } from '#lib/catalog/for-everybody'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getStoreEndpoint, async ({ params }) => await storeForEverybody(params.slug))
