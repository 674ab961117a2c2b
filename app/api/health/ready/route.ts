import { defineRoute } from '#lib/http/define-route'
import { reply } from '#lib/http/reply'
import { checkReadiness } from '#lib/operations/check-readiness'
import { getReadinessEndpoint } from '#lib/operations/endpoints'

export const GET = defineRoute(getReadinessEndpoint, async () => {
  const readiness = await checkReadiness()
  return readiness.status === 'unavailable' ? reply(503, readiness, { 'retry-after': '5' }) : readiness
})
