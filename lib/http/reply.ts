/** Owns the answer of a handler that is more than its endpoint's first response: another status, or headers. */
import 'server-only'
import type { z } from 'zod'
import { type CachePolicy, pageCacheControl } from './cache-policy.ts'
import type { EndpointSpec, ResponseSpec } from './endpoint.ts'

class Reply<Status extends number = number, Body = unknown> {
  readonly status: Status
  readonly body: Body
  readonly headers: Readonly<Record<string, string>>

  constructor(status: Status, body: Body, headers: Readonly<Record<string, string>>) {
    this.status = status
    this.body = body
    this.headers = headers
  }
}

/** Answers with one of the endpoint's declared statuses. `undefined` is an empty body. */
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
): Reply<Status, Body> {
  return new Reply(status, body, headers)
}

/**
 * Answers what everybody gets, by an endpoint that for some has other answers. Browsers ask again each time: whoever
 * signs in may get more.
 */
export function publicReply<Body>(body: Body, policy: CachePolicy): Reply<200, Body> {
  return reply(200, body, { 'cache-control': pageCacheControl(policy) })
}

export function isReply(result: unknown): result is Reply {
  return result instanceof Reply
}

type DtoOf<Spec extends ResponseSpec> = Spec extends { schema: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

type ReplyOf<Spec extends ResponseSpec> = Spec extends ResponseSpec
  ? Reply<Spec['status'], DtoOf<Spec>>
  : never

/** What the handler of an endpoint may return. A `Response` of its own is sent as it is. */
export type ResultOf<Spec extends EndpointSpec> =
  DtoOf<Spec['responses'][0]> | ReplyOf<Spec['responses'][number]> | Response
