import { defineRoute } from '#lib/http/define-route'
import { readPublishLogEndpoint } from '#lib/publishing/endpoints'
import { readPublishLog } from '#lib/publishing/read-publish-log'

export const GET = defineRoute(readPublishLogEndpoint, async ({ query }) => await readPublishLog(query))
