import { defineRoute } from '#lib/http/define-route'
import { getViewerEndpoint } from '#lib/identity/endpoints'
import { viewerOf } from '#lib/identity/get-viewer'

export const GET = defineRoute(getViewerEndpoint, async ({ actor }) => ({ viewer: await viewerOf(actor) }))
