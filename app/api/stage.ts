/** Wires the route handlers to our own server. `lib/http/api-stage.ts` owns what happens. */
import 'server-only'
import { createApiStage } from '#lib/http/api-stage'
import type { Stage } from '#lib/http/front'
import { gateSettings } from '#lib/http/gate-settings'
import { endpoints } from './endpoints.ts'
import { routes } from './routes.ts'

export function apiStage(): Stage {
  return createApiStage({ ...gateSettings(), endpoints, routes })
}
