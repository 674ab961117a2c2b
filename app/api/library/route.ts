import { getLibraryEndpoint } from '#lib/commerce/endpoints'
import { getLibrary } from '#lib/commerce/get-library'
import { defineRoute } from '#lib/http/define-route'

export const GET = defineRoute(getLibraryEndpoint, async ({ actor, query }) => await getLibrary(actor, query))
