import { defineRoute } from '#lib/http/define-route'
import { openStoreEndpoint } from '#lib/publishing/endpoints'
import { openStore } from '#lib/publishing/open-store'

export const POST = defineRoute(openStoreEndpoint, async ({ actor, body }) => await openStore(actor, body))
