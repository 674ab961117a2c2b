import { defineRoute } from '#lib/http/define-route'
import { getOpenapiEndpoint } from '#lib/operations/endpoints'
import { openapi } from '../openapi.ts'

export const GET = defineRoute(getOpenapiEndpoint, () => openapi)
