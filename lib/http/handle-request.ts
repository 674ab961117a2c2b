/**
 * Owns the order in which a request is met: who, from where, may they, is the input sound, do it, answer. It decides
 * nothing that belongs to a feature and reads no settings; `define-route.ts` supplies them.
 */
import 'server-only'
import type { Actor, AnonymousActor, SignedInActor } from '#lib/kernel/actor'
import { anonymous } from '#lib/kernel/actor'
import { Problem } from '#lib/kernel/problem'
import { orAfter } from '#lib/platform/or-after'
import { type Answer, toResponse } from './answer.ts'
import type { Access, BodyOf, EndpointSpec, ParamsOf, QueryOf } from './endpoint.ts'
import { keepsAnswers, requiredScopes } from './endpoint.ts'
import { fingerprintOf, type Once } from './idempotency.ts'
import { internalProblem, problemAnswer } from './problem-response.ts'
import { parseParams, parseQuery, type RawParams, readBody } from './read-input.ts'
import type { ResultOf } from './reply.ts'
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts'
import { respond } from './respond.ts'
import { assertSameOrigin } from './same-origin.ts'

/** How the caller was known: only a cookie travels along with another site's request. */
export interface Caller {
  actor: Actor
  via: 'none' | 'cookie' | 'bearer'
}

type ActorFor<A extends Access> = A extends 'public'
  ? AnonymousActor
  : A extends 'optional'
    ? Actor
    : SignedInActor

export interface HandlerInput<Spec extends EndpointSpec> {
  actor: ActorFor<Spec['access']>
  params: ParamsOf<Spec>
  query: QueryOf<Spec>
  body: BodyOf<Spec>
  request: Request
  requestId: string
  /** From the `Idempotency-Key` header. */
  idempotencyKey: string | null
}

export type Handler<Spec extends EndpointSpec> = (
  input: HandlerInput<Spec>,
) => ResultOf<Spec> | Promise<ResultOf<Spec>>

export interface RequestEvent {
  method: string
  path: string
  status: number
  durationMs: number
  requestId: string
  actor: Actor['kind']
}

export interface RouteDependencies {
  /** @throws Problem `unauthenticated` for a bearer token that is not good. */
  resolveCaller: (headers: Headers) => Promise<Caller>
  siteUrl: () => string
  /** Checking each answer against its schema costs time: everywhere but in production. */
  validatesOutput: () => boolean
  /** Has a request with an idempotency key take effect once. */
  once: Once
  onRequest: (event: RequestEvent) => void
  /** A failure on our side, whether or not it was foreseen. */
  onFailure: (error: unknown, requestId: string) => void
}

export type RouteHandler = (request: Request, context: { params: Promise<RawParams> }) => Promise<Response>

/** Never throws: a failure is an answer too. */
export type Answerer = (request: Request, params: RawParams) => Promise<Answer>

/** Whom a page was made for: what they agreed to must not be done in the name of whoever signed in since. */
export const EXPECT_USER_HEADER = 'Souk-Expect-User'

/** How long public bytes wait for the database to say whose token came along: with the read after it within five seconds. */
const CALLER_PATIENCE_MS = 400
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

export function routeHandler<Spec extends EndpointSpec>(
  spec: Spec,
  handler: Handler<Spec>,
  dependencies: RouteDependencies,
): RouteHandler {
  return asRouteHandler(answerer(spec, handler, dependencies))
}

/** What Next calls. */
export function asRouteHandler(answer: Answerer): RouteHandler {
  return async (request, context) => toResponse(await answer(request, await context.params))
}

export function answerer<Spec extends EndpointSpec>(
  spec: Spec,
  handler: Handler<Spec>,
  dependencies: RouteDependencies,
): Answerer {
  return async (request, params) => {
    const startedAt = performance.now()
    const requestId = requestIdOf(request.headers)
    let actor: Actor = anonymous
    let answer: Answer
    try {
      const admitted = spec.access === 'public' ? anonymous : admit(spec, request, dependencies)
      const isChecked = !spec.servesUnchecked || (await settlesSoon(admitted))
      if (isChecked) actor = await admitted
      const idempotencyKey = idempotencyKeyOf(request.headers)
      let bytes: Uint8Array | null = null
      const input = {
        params: parseParams(spec, params),
        query: parseQuery(spec, new URL(request.url).searchParams),
        body: await readBody(spec, request, (arrived) => (bytes = arrived)),
        request,
        requestId,
        idempotencyKey,
      }
      const handleAs = async (who: Actor): Promise<Answer> => {
        actor = who
        // The pieces were checked against the very schemas that the type is derived from.
        const result = await handler({ ...input, actor: who } as HandlerInput<Spec>)
        return respond(spec, request, result, { requestId, validateOutput: dependencies.validatesOutput() })
      }
      if (idempotencyKey !== null && actor.kind !== 'anonymous' && keepsAnswers(spec)) {
        const known = actor
        const fingerprint = fingerprintOf(request, bytes)
        answer = await dependencies.once({ actor: known, idempotencyKey, fingerprint }, () => handleAs(known))
        answer.headers.set(REQUEST_ID_HEADER, requestId)
      } else {
        // Where nobody is refused, the caller may not be: that waits until it is known who they are.
        answer = isChecked
          ? await handleAs(actor)
          : await handleAs(anonymous).catch(async () => handleAs(await admitted))
      }
    } catch (error) {
      const problem = error instanceof Problem ? error : internalProblem(error)
      if (problem.status >= 500) dependencies.onFailure(problem.cause ?? problem, requestId)
      answer = problemAnswer(problem, requestId)
    }
    dependencies.onRequest({
      method: request.method,
      path: spec.path,
      status: answer.status,
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
      requestId,
      actor: actor.kind,
    })
    return answer
  }
}

/** False when it is not known who asks, because that cannot be found out now or takes longer than is worth waiting for. */
async function settlesSoon(admitted: Actor | Promise<Actor>): Promise<boolean> {
  const checked = Promise.resolve(admitted).then(
    () => true,
    (error: unknown) => !(error instanceof Problem && error.code === 'unavailable'),
  )
  return await orAfter(CALLER_PATIENCE_MS, checked, false)
}

async function admit(
  spec: EndpointSpec,
  request: Request,
  { resolveCaller, siteUrl }: RouteDependencies,
): Promise<Actor> {
  const { actor, via } = await resolveCaller(request.headers)
  const isWrite = spec.method !== 'GET'
  if (isWrite && via === 'cookie') assertSameOrigin(request.headers, siteUrl())
  if (actor.kind === 'anonymous') {
    if (spec.access === 'optional') return actor
    throw new Problem('unauthenticated', 'Sign in or send an API token.')
  }
  if (isWrite) assertExpectedUser(request.headers, actor.userId)
  if (spec.access === 'operator' && actor.appRole !== 'operator') {
    throw new Problem('forbidden', 'Only operators may do this.')
  }
  if (actor.kind === 'token') {
    const scopes = requiredScopes(spec)
    if (scopes === null)
      throw new Problem('insufficient_scope', 'API tokens may not do this: sign in instead.')
    if (!scopes.some((scope) => actor.scopes.includes(scope))) {
      throw new Problem(
        'insufficient_scope',
        `This needs an API token with the scope ${scopes.join(' or ')}.`,
      )
    }
  } else if (isWrite && actor.isStale) {
    throw new Problem(
      'unavailable',
      'Your session cannot be renewed at the moment, so you can read but not write.',
    )
  }
  return actor
}

/** @throws Problem `user_changed` */
function assertExpectedUser(headers: Headers, userId: string): void {
  const expected = headers.get(EXPECT_USER_HEADER)
  if (expected === null || expected.toLowerCase() === userId) return
  throw new Problem('user_changed', 'Somebody else is signed in by now, so nothing was done.')
}

function idempotencyKeyOf(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key
  throw new Problem('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters.')
}
