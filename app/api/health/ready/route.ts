import { defineRoute } from '#lib/http/define-route'
import { openedFront } from '#lib/http/front'
import { reply } from '#lib/http/reply'
import { checkReadiness } from '#lib/operations/check-readiness'
import { getReadinessEndpoint } from '#lib/operations/endpoints'

export const GET = defineRoute(getReadinessEndpoint, async () => {
  const readiness = await checkReadiness(openedFront()?.isDraining ?? false)
  return readiness.status === 'unavailable' || readiness.status === 'draining'
    ? reply(503, readiness, { 'retry-after': '5' })
    : readiness
})
