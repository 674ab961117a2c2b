import { defineRoute } from '#lib/http/define-route'
import { startIndexRebuildEndpoint } from '#lib/search/endpoints'
import { startIndexRebuild } from '#lib/search/rebuild-index'

export const POST = defineRoute(
  startIndexRebuildEndpoint,
  async ({ actor }) => await startIndexRebuild(actor),
)
