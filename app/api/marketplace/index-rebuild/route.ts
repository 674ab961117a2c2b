import { defineRoute } from '#lib/http/define-route'
import { getIndexRebuildEndpoint, startIndexRebuildEndpoint } from '#lib/search/endpoints'
import { getIndexState } from '#lib/search/get-index-state'
import { startIndexRebuild } from '#lib/search/rebuild-index'

export const GET = defineRoute(getIndexRebuildEndpoint, async ({ actor }) => await getIndexState(actor))
export const POST = defineRoute(
  startIndexRebuildEndpoint,
  async ({ actor }) => await startIndexRebuild(actor),
)
