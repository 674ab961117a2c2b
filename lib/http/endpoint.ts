/**
 * Owns the declaration of one HTTP endpoint: what it takes, who may call it, what it answers. The route handler is
 * validated by it and the OpenAPI document is built from it. Client-safe: no server code, no behaviour.
 */
import { z } from 'zod'
import type { TokenScope } from '#lib/kernel/actor'
import type { ProblemCode } from '#lib/kernel/problem'
import type { CachePolicy } from './cache-policy.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * `public`: credentials are not even read, so the answer is the same for everybody and may be cached.
 * `optional`: the answer may depend on the caller. `signed-in`, `operator`: others get 401 or 403.
 */
export type Access = 'public' | 'optional' | 'signed-in' | 'operator'

export interface JsonBody<Schema extends z.ZodType = z.ZodType> {
  contentType: 'application/json'
  schema: Schema
  /** Default 64 KiB. */
  maxBytes?: number
  /** A request without any body counts as `{}`. */
  isOptional?: true
}

/** A body that the handler parses itself: it gets the bytes. */
export interface RawBody {
  contentTypes: readonly [string, ...string[]]
  maxBytes: number
  description: string
}

/** A body that the handler takes piece by piece while it arrives: it is never held whole. */
export interface StreamBody {
  isStreamed: true
  /** A body without a content type is taken, too. */
  contentTypes: readonly [string, ...string[]]
  maxBytes: number
  description: string
}

export interface ResponseSpec {
  status: number
  description: string
  /** JSON with this shape. Without it the answer has no body, or is of `contentType`. */
  schema?: z.ZodType
  contentType?: string
  headers?: Readonly<Record<string, { description: string }>>
}

export interface EndpointSpec {
  method: Method
  /** As OpenAPI writes it: `/api/packages/{namespace}/{name}`. */
  path: `/api/${string}`
  operationId: string
  summary: string
  description?: string
  tags: readonly string[]
  access: Access
  /**
   * While it cannot be found out who asks, they are nobody: what everybody may have does not wait for that. Whatever
   * nobody may not have is answered only once it is known who asks.
   */
  servesUnchecked?: true
  /**
   * What an API token must be allowed to do; of several, one is enough and the verb decides further. Without it a GET
   * asks for `read` and every other method refuses API tokens.
   */
  scope?: TokenScope | readonly [TokenScope, ...TokenScope[]]
  /** Without it every placeholder of `path` is a string. */
  params?: z.ZodObject
  query?: z.ZodObject
  body?: JsonBody | RawBody | StreamBody
  /** `own`: the verb keeps its answer under the `Idempotency-Key` itself, in the transaction of its effect. */
  idempotency?: 'own'
  /** The first is what a handler's plain return value becomes. */
  responses: readonly [ResponseSpec, ...ResponseSpec[]]
  /** What can go wrong besides what every endpoint of this access and input can answer. */
  problems: readonly ProblemCode[]
  cache: CachePolicy
}

/**
 * Checks a declaration and hands it back. Query schemas become strict: an unknown parameter is refused.
 * @throws Error when the declaration contradicts itself.
 */
export function defineEndpoint<const Spec extends EndpointSpec>(spec: Spec): Spec {
  const fail = (reason: string): never => {
    throw new Error(`${spec.method} ${spec.path}: ${reason}`)
  }
  if (spec.cache !== 'private') {
    if (spec.method !== 'GET') fail('only a GET may be cached')
    if (spec.access !== 'public') fail('an answer that depends on the caller must not be cached')
  }
  if (spec.method === 'GET' && spec.body) fail('a GET has no body')
  if (spec.servesUnchecked && (spec.method !== 'GET' || spec.access !== 'optional'))
    fail('only a GET that nobody in particular may ask for can be answered unchecked')
  if (spec.scope && spec.access === 'public')
    fail('a scope asks for a caller, whom public access does not read')
  const placeholders = pathPlaceholders(spec.path)
  const described = spec.params ? Object.keys(spec.params.shape) : placeholders
  if (placeholders.toSorted().join() !== described.toSorted().join()) {
    fail('its params are not the placeholders of its path')
  }
  return spec.query ? { ...spec, query: spec.query.strict() } : spec
}

/** Whether what it answers under an `Idempotency-Key` is kept for a repetition. What is streamed is never held whole. */
export function keepsAnswers({ method, access, body, idempotency }: EndpointSpec): boolean {
  const isStreamed = body !== undefined && 'isStreamed' in body
  return method !== 'GET' && access !== 'public' && idempotency !== 'own' && !isStreamed
}

/** The names between braces, in order. */
export function pathPlaceholders(path: string): string[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].flatMap(([, name]) => name ?? [])
}

/** A whole number in a query string: plain digits only, so `1e3`, `0x10`, ` 7` and the empty string are refused. */
export function integerParameter({ min, max }: { min: number; max: number }) {
  const message = `Must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^(0|[1-9]\d{0,14})$/, message)
    .transform(Number)
    .pipe(z.number(message).min(min, message).max(max, message))
    .meta({ type: 'integer', minimum: min, maximum: max })
}

export function isRawBody(body: JsonBody | RawBody | StreamBody): body is RawBody | StreamBody {
  return 'contentTypes' in body
}

type PathPlaceholder<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathPlaceholder<Rest>
  : never

/** The scopes of which an API token must have one; `null` when no API token will do. */
export function requiredScopes(spec: EndpointSpec): readonly TokenScope[] | null {
  if (spec.scope === undefined) return spec.method === 'GET' ? ['read'] : null
  return typeof spec.scope === 'string' ? [spec.scope] : spec.scope
}

export type ParamsOf<Spec extends EndpointSpec> = Spec['params'] extends z.ZodObject
  ? z.output<Spec['params']>
  : Record<PathPlaceholder<Spec['path']>, string>

export type QueryOf<Spec extends EndpointSpec> = Spec['query'] extends z.ZodObject
  ? z.output<Spec['query']>
  : Record<never, never>

/** The bytes of a raw body, not yet trusted. */
export interface ReceivedBody {
  /** Lower case, without parameters. */
  contentType: string
  bytes: Uint8Array<ArrayBuffer>
  /** @throws Problem `bad_request` when it is not well-formed `multipart/form-data`. */
  formData(): Promise<FormData>
}

/** A body on its way. */
export interface ReceivedStream {
  /** Takes it as it arrives. @throws Problem `payload_too_large` at the limit, `bad_request` when it ends early or stops. */
  chunks: AsyncIterable<Uint8Array>
}

export type BodyOf<Spec extends EndpointSpec> =
  Spec['body'] extends JsonBody<infer Schema>
    ? z.output<Schema>
    : Spec['body'] extends StreamBody
      ? ReceivedStream
      : Spec['body'] extends RawBody
        ? ReceivedBody
        : undefined
