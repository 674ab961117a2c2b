import { defineRoute } from '#lib/http/define-route'
import { checkLiveness } from '#lib/operations/check-liveness'
import { getLivenessEndpoint } from '#lib/operations/endpoints'

export const GET = defineRoute(getLivenessEndpoint, () => checkLiveness())
