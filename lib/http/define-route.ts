/** Owns the wiring of route handlers to the real caller, settings and log. `handle-request.ts` owns what they do. */
import 'server-only'
import { env } from '#lib/platform/env'
import { claimAnswer, keepAnswer, letGoOfAnswer } from '#lib/platform/kept-answers'
import { log } from '#lib/platform/log'
import { resolveCaller } from './actor.ts'
import type { EndpointSpec } from './endpoint.ts'
import {
  type Answerer,
  answerer,
  asRouteHandler,
  type Handler,
  type RouteDependencies,
  type RouteHandler,
} from './handle-request.ts'
import { onceWith } from './idempotency.ts'

const dependencies: RouteDependencies = {
  resolveCaller,
  siteUrl: () => env().SITE_URL,
  validatesOutput: () => env().NODE_ENV !== 'production',
  once: onceWith({
    store: { claim: claimAnswer, keep: keepAnswer, letGo: letGoOfAnswer },
    secret: () => env().SUPABASE_SECRET_KEY,
    patienceMs: 400,
    onFailure: (error) => log.error({ err: error }, 'answer could not be kept'),
  }),
  onRequest: (event) => log.info(event, 'request'),
  onFailure: (error, requestId) => log.error({ err: error, requestId }, 'request failed'),
}

/** Next calls it as a route handler; our own server asks `answer`, which makes no `Response`. */
export type Route<Spec extends EndpointSpec = EndpointSpec> = RouteHandler & {
  endpoint: Spec
  answer: Answerer
}

/** The export of a `route.ts`: `export const GET = defineRoute(endpoint, async ({ actor, params }) => …)`. */
export function defineRoute<const Spec extends EndpointSpec>(
  endpoint: Spec,
  handler: Handler<Spec>,
): Route<Spec> {
  const answer = answerer(endpoint, handler, dependencies)
  return Object.assign(asRouteHandler(answer), { endpoint, answer })
}
